/** Waits that double from `firstMs` up to `longestMs`: how often hardware that is missing is looked for. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #nextMs: number;

  constructor({ firstMs = 500, longestMs = 30_000 }: { firstMs?: number; longestMs?: number } = {}) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#nextMs = firstMs;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const wait = this.#nextMs;
    this.#nextMs = Math.min(wait * 2, this.#longestMs);
    return wait;
  }

  /** The hardware worked: the next failure starts from the shortest wait again. */
  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}
