import type { CountedReading } from '../property.ts';
import { type Following, type History, hasValue, type Past, type PastReading } from './history.ts';

const readingsKept = 3_600;

/** The newest 3600 readings of each property, in memory: for tests, and for appliances that are gone in a minute. */
export class MemoryHistory implements History {
  readonly fault = undefined;
  readonly counters = {};
  readonly #kept = new Map<string, Ring>();
  readonly #counts = new Map<string, number>();

  async open(): Promise<void> {}

  nextSeq(key: string): number {
    const seq = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, seq);
    return seq;
  }

  add(key: string, reading: CountedReading): void {
    const ring = this.#kept.get(key) ?? new Ring();
    this.#kept.set(key, ring);
    ring.add(reading);
  }

  async between(key: string, from: number, to: number, limit: number): Promise<Past> {
    const ring = this.#kept.get(key);
    const ordered = ring?.ordered() ?? [];
    const inside = ordered.filter(
      (reading) => hasValue(reading) && reading.time >= from && reading.time <= to,
    );
    const forgotten = ring?.full === true && ordered[0]!.time > from;
    return { readings: inside.slice(-limit), complete: inside.length <= limit && !forgotten };
  }

  async following(
    key: string,
    { afterSeq, from = -Infinity }: Following,
    limit: number,
  ): Promise<PastReading[]> {
    const ordered = this.#kept.get(key)?.ordered() ?? [];
    return ordered.filter(({ seq, time }) => seq > afterSeq && time >= from).slice(0, limit);
  }

  async close(): Promise<void> {}
}

class Ring {
  readonly #readings: CountedReading[] = [];
  /** Index of the oldest once the ring is full. */
  #oldest = 0;

  get full(): boolean {
    return this.#readings.length === readingsKept;
  }

  add(reading: CountedReading): void {
    if (!this.full) {
      this.#readings.push(reading);
    } else {
      this.#readings[this.#oldest] = reading;
      this.#oldest = (this.#oldest + 1) % readingsKept;
    }
  }

  ordered(): CountedReading[] {
    return [...this.#readings.slice(this.#oldest), ...this.#readings.slice(0, this.#oldest)];
  }
}
