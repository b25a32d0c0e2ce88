import type { DriverTime } from '../../thing.ts';
import type { Line, LineEvents } from '../backend.ts';
import { kernelFailure } from '../kernel-errors.ts';
import type { Kernel } from './kernel.ts';
import { decodeLineEvent, decodeLineValues, encodeLineValues, layout, requests } from './uapi.ts';

const eventsPerRead = 16;
/** Reads in one turn of the event loop; a line that chatters on does not starve the others. */
const readsPerTurn = 16;

/** A line granted by the kernel: levels by ioctl, edges from its descriptor. */
export class CharacterDeviceLine implements Line {
  readonly where: string;
  readonly #kernel: Kernel;
  readonly #fd: number;
  readonly #events: LineEvents;
  readonly #time: DriverTime;
  readonly #unwatch: () => void;
  readonly #buffer = Buffer.alloc(eventsPerRead * layout.lineEvent.size);
  #released = false;
  #sequence = 0;
  #missedEdges = 0;
  /** Edges before this moment are contained in a level read after them. */
  #levelKnownAt = Number.NEGATIVE_INFINITY;

  constructor(kernel: Kernel, fd: number, where: string, events: LineEvents, time: DriverTime) {
    this.where = where;
    this.#kernel = kernel;
    this.#fd = fd;
    this.#events = events;
    this.#time = time;
    // Outputs are watched too: that is how the kernel says that their chip is gone.
    this.#unwatch = kernel.watch(fd, () => this.#fetch());
  }

  get missedEdges(): number {
    return this.#missedEdges;
  }

  read(): boolean {
    const values = encodeLineValues(false);
    this.#call(`cannot read ${this.where}`, requests.getValues, values);
    return decodeLineValues(values);
  }

  write(on: boolean): void {
    this.#call(`cannot switch ${this.where} ${on ? 'on' : 'off'}`, requests.setValues, encodeLineValues(on));
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#unwatch();
    this.#kernel.close(this.#fd);
  }

  #call(what: string, request: number, argument: Buffer): void {
    try {
      this.#kernel.ioctl(this.#fd, request, argument);
    } catch (error) {
      throw kernelFailure(what, error);
    }
  }

  #fetch(): void {
    try {
      const missedBefore = this.#missedEdges;
      let last: boolean | undefined;
      for (let reads = 0; reads < readsPerTurn && !this.#released; reads++) {
        const size = this.#kernel.read(this.#fd, this.#buffer);
        for (let at = 0; at + layout.lineEvent.size <= size && !this.#released; at += layout.lineEvent.size)
          last = this.#take(at) ?? last;
        if (size < this.#buffer.length) break;
      }
      if (this.#missedEdges > missedBefore && !this.#released) this.#tellLevelAfterGap(last);
    } catch (error) {
      if (this.#released) return;
      this.release();
      this.#events.lost(kernelFailure(`lost ${this.where}`, error));
    }
  }

  /** The level an edge led to; nothing for one that a level already told contains. */
  #take(start: number): boolean | undefined {
    const { timestampNs, rising, lineSequence } = decodeLineEvent(this.#buffer, start);
    this.#missedEdges += (lineSequence - this.#sequence - 1) >>> 0;
    this.#sequence = lineSequence;
    const timeMs = Number(timestampNs) / 1e6;
    if (timeMs < this.#levelKnownAt) return undefined;
    this.#events.edge(rising, timeMs);
    return rising;
  }

  /** The kernel drops the oldest edges when its buffer is full: whatever was lost, the line is in this state. */
  #tellLevelAfterGap(last: boolean | undefined): void {
    const timeMs = this.#time.now();
    const on = this.read();
    if (on === last) return;
    this.#levelKnownAt = timeMs;
    this.#events.edge(on, timeMs);
  }
}
