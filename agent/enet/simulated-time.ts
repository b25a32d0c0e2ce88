import type { Time } from './time.ts';

interface Timer {
  readonly due: number;
  readonly order: number;
  /** Undefined once cancelled. */
  callback: (() => void) | undefined;
}

/**
 * Time that passes as fast as it can be worked through. Timers fire when due, those due together in the order
 * they were set. Synchronous: what promises bring about does not happen while it runs.
 */
export class SimulatedTime implements Time {
  /** A binary heap. */
  readonly #timers: Timer[] = [];
  #now: number;
  #order = 0;
  #pending = 0;

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { due: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#pending++;
    this.#push(timer);
    return () => {
      if (!timer.callback) return;
      timer.callback = undefined;
      this.#pending--;
    };
  }

  /** Lets `ms` milliseconds pass. */
  run(ms: number): void {
    const end = this.#now + ms;
    while (this.#step(end));
    this.#now = end;
  }

  /** Lets time pass until `done` holds; false if it does not within `ms` milliseconds. */
  runUntil(done: () => boolean, ms: number): boolean {
    const end = this.#now + ms;
    while (!done()) if (!this.#step(end)) return false;
    return true;
  }

  #step(end: number): boolean {
    for (;;) {
      const first = this.#timers[0];
      if (first === undefined || (first.callback && first.due > end)) return false;
      this.#pop();
      const { callback } = first;
      if (!callback) continue;
      first.callback = undefined;
      this.#pending--;
      this.#now = Math.max(this.#now, first.due);
      callback();
      return true;
    }
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let place = heap.length;
    for (
      let parent = (place - 1) >> 1;
      place > 0 && before(timer, heap[parent]!);
      parent = (place - 1) >> 1
    ) {
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}

function before(one: Timer, other: Timer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
