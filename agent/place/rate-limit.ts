/** At most `count` in any `window` milliseconds. */
export class RateLimit {
  readonly #count: number;
  readonly #window: number;
  /** When the last `count` were, oldest first. */
  readonly #taken: number[] = [];

  constructor(count: number, windowMs: number) {
    this.#count = count;
    this.#window = windowMs;
  }

  /** The moment from which the next may be taken; now or earlier if at once. */
  get readyAt(): number {
    return this.#taken.length < this.#count ? Number.NEGATIVE_INFINITY : this.#taken[0]! + this.#window;
  }

  take(now: number): void {
    this.#taken.push(now);
    if (this.#taken.length > this.#count) this.#taken.shift();
  }
}
