import type { Cancel, Time } from './time.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/**
 * Time that moves only when a test says so. Timers fire in order of their due time, those due together in
 * the order they were set, and each sees `now()` at exactly its own due time.
 */
export class VirtualTime implements Time {
  #now: number;
  /** In the order they fire. */
  readonly #timers: Timer[] = [];

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Cancel {
    const timer: Timer = { due: this.#now + Math.max(0, ms), callback };
    const place = this.#timers.findLastIndex(({ due }) => due <= timer.due) + 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Number of timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Moves forward by `ms`, firing what falls due and letting promises settle after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#timers[0]; next !== undefined && next.due <= end; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.due);
      next.callback();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets chains of already resolved promises run to their end. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
