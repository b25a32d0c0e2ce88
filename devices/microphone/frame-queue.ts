import { samplesPerMs } from '../sound/pcm.ts';
import { CaptureClock } from './capture-clock.ts';
import { Framer } from './framer.ts';
import type { PcmFrame } from './pcm.ts';

/** The oldest sound worth delivering: beyond this it would only add delay for everyone who listens. */
const longestMs = 200;

interface Queued {
  readonly samples: Int16Array;
  /** Position of the first sample. */
  readonly position: number;
}

/**
 * Bytes in, timed frames out. What piled up while the daemon was busy is cut to its newest 200 ms, so that
 * a hiccup costs a gap and never a lasting delay.
 */
export class FrameQueue {
  readonly #framer: Framer;
  readonly #clock = new CaptureClock();
  readonly #frameSamples: number;
  readonly #capacity: number;
  #queue: Queued[] = [];
  /** Samples of all whole frames so far. */
  #position = 0;

  constructor(frameMs: number) {
    this.#frameSamples = frameMs * samplesPerMs;
    this.#framer = new Framer(this.#frameSamples);
    this.#capacity = longestMs / frameMs;
  }

  /** Takes bytes as they arrive; returns how many frames had to be thrown away. */
  push(bytes: Uint8Array): number {
    this.#framer.push(bytes, (samples) => {
      this.#queue.push({ samples, position: this.#position });
      this.#position += this.#frameSamples;
    });
    const excess = Math.max(0, this.#queue.length - this.#capacity);
    if (excess > 0) this.#queue.splice(0, excess);
    return excess;
  }

  /** Takes out all frames that are whole, oldest first, given that everything that had arrived by `now` was pushed. */
  take(now: number): PcmFrame[] {
    this.#clock.observe(this.#position + this.#framer.pending, now);
    const frames = this.#queue.map(({ samples, position }) => ({
      samples,
      time: this.#clock.timeOf(position),
    }));
    this.#queue = [];
    return frames;
  }
}
