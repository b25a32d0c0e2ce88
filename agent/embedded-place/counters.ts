/** How often each thing happened, by code. */
export class Counters<Code extends string> {
  readonly #counts = new Map<Code, number>();

  count(code: Code): void {
    this.#counts.set(code, this.of(code) + 1);
  }

  of(code: Code): number {
    return this.#counts.get(code) ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => a.localeCompare(b)));
  }
}
