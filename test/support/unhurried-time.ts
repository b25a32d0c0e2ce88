import type { Cancel, Time } from '../../agent/time/time.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';

/** Real ms from one turn to the next. */
const turn = 5;

/** What a turn is worth at most, ms. */
const longestTurn = 25;

/**
 * The system's time for what crosses a real network on a busy machine: it goes no further in a turn than it would on an
 * idle one, so that all that is timed by it keeps its order, however late it comes to its turn.
 */
export class UnhurriedTime implements Time {
  readonly #time = new VirtualTime(1_000);
  #running = true;

  constructor() {
    void this.#run();
  }

  now(): number {
    return this.#time.now();
  }

  after(ms: number, callback: () => void): Cancel {
    return this.#time.after(ms, callback);
  }

  /** Lets so many ms pass. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  stop(): void {
    this.#running = false;
  }

  async #run(): Promise<void> {
    for (let before = performance.now(); this.#running; ) {
      await new Promise((resolve) => void setTimeout(resolve, turn));
      const now = performance.now();
      await this.#time.advance(Math.min(now - before, longestTurn));
      before = now;
    }
  }
}
