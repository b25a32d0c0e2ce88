import type { Value } from '../../devices/thing.ts';
import type { CountedReading } from './property.ts';

/** What is kept of a reading: enough to draw a curve. */
export interface PastReading {
  /** Milliseconds of the local monotonic clock. */
  readonly time: number;
  readonly value: Value;
}

const readingsKept = 3_600;

/** The newest readings of one property, in memory. Readings without a value are not part of a history. */
export class History {
  readonly #kept: PastReading[] = [];
  /** Index of the oldest once the ring is full. */
  #oldest = 0;

  add({ time, value, quality }: CountedReading): void {
    if (value === null || quality === 'fault') return;
    if (this.#kept.length < readingsKept) {
      this.#kept.push({ time, value });
    } else {
      this.#kept[this.#oldest] = { time, value };
      this.#oldest = (this.#oldest + 1) % readingsKept;
    }
  }

  /**
   * The newest `limit` readings with `from <= time <= to`, oldest first. `complete` is false where there were
   * more than `limit`, or where readings since `from` may have been forgotten.
   */
  between(from: number, to: number, limit: number): { readings: PastReading[]; complete: boolean } {
    const ordered = [...this.#kept.slice(this.#oldest), ...this.#kept.slice(0, this.#oldest)];
    const inside = ordered.filter(({ time }) => time >= from && time <= to);
    const forgotten = ordered.length === readingsKept && ordered[0]!.time > from;
    return { readings: inside.slice(-limit), complete: inside.length <= limit && !forgotten };
  }
}
