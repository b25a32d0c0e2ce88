import { Reassembly } from './reassembly.ts';
import type { WaitingData } from './waiting-data.ts';

type Held = Uint8Array | Reassembly;

interface WholePacket {
  readonly unreliableSequence: number;
  readonly data: Uint8Array;
}

/** Unreliable packets of one channel that wait: for the reliable packet before them, or for fragments. */
export class UnreliableShelf {
  readonly #waiting: WaitingData;
  /** By reliable, then by unreliable sequence number, the latter in rising order. */
  readonly #held = new Map<number, { unreliableSequence: number; held: Held }[]>();

  constructor(waiting: WaitingData) {
    this.#waiting = waiting;
  }

  get empty(): boolean {
    return this.#held.size === 0;
  }

  get(reliableSequence: number, unreliableSequence: number): Held | undefined {
    const row = this.#held.get(reliableSequence);
    if (row === undefined) return undefined;
    const index = lowerBound(row, unreliableSequence);
    const found = row[index];
    return found?.unreliableSequence === unreliableSequence ? found.held : undefined;
  }

  put(reliableSequence: number, unreliableSequence: number, held: Held): void {
    const row = this.#held.get(reliableSequence);
    const entry = { unreliableSequence, held };
    if (row === undefined) this.#held.set(reliableSequence, [entry]);
    else row.splice(lowerBound(row, unreliableSequence), 0, entry);
  }

  /**
   * Takes down the whole packets under a reliable number, oldest first; their accounts stay open. Packets
   * still incomplete before the newest of them are thrown away.
   */
  drain(reliableSequence: number): { ready: WholePacket[]; incomplete: number } {
    const row = this.#held.get(reliableSequence) ?? [];
    const newest = row.findLastIndex(({ held }) => !(held instanceof Reassembly) || held.complete);
    const ready: WholePacket[] = [];
    let incomplete = 0;
    for (const { unreliableSequence, held } of row.splice(0, newest + 1)) {
      if (!(held instanceof Reassembly)) ready.push({ unreliableSequence, data: held });
      else if (held.complete) ready.push({ unreliableSequence, data: held.data });
      else {
        this.#waiting.discard(held);
        incomplete++;
      }
    }
    if (row.length === 0) this.#held.delete(reliableSequence);
    return { ready, incomplete };
  }

  /** Throws away what is older than `before` under a reliable number; returns how many that were. */
  forget(reliableSequence: number, before = Number.POSITIVE_INFINITY): number {
    const row = this.#held.get(reliableSequence);
    if (row === undefined) return 0;
    const forgotten = row.splice(0, lowerBound(row, before));
    if (row.length === 0) this.#held.delete(reliableSequence);
    for (const { held } of forgotten) this.#waiting.discard(held);
    return forgotten.length;
  }

  clear(): void {
    for (const reliableSequence of [...this.#held.keys()]) this.forget(reliableSequence);
  }

  /** Throws away the oldest under a reliable number; false if there is none. */
  forgetOldest(reliableSequence: number): boolean {
    const oldest = this.#held.get(reliableSequence)?.[0];
    if (oldest === undefined) return false;
    return this.forget(reliableSequence, oldest.unreliableSequence + 1) > 0;
  }
}

function lowerBound(row: readonly { unreliableSequence: number }[], value: number): number {
  let low = 0;
  let high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (row[middle]!.unreliableSequence < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
