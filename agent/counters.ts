/** How often each thing happened, by code. */
export class Counters<Code extends string> {
  readonly #counts = new Map<Code, number>();

  count(code: Code): void {
    this.#counts.set(code, this.get(code) + 1);
  }

  get(code: Code): number {
    return this.#counts.get(code) ?? 0;
  }

  /** Codes that were counted at least once, in alphabetical order. */
  entries(): [Code, number][] {
    return [...this.#counts].sort(([a], [b]) => a.localeCompare(b));
  }
}
