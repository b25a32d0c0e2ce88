/** Numbers that are reserved ahead: as many are left out at most where a process is killed. */
const smallestBlock = 64;
const largestBlock = 1024;
/** A block lasts for so many times what was taken since the last look, which is a second ago or more. */
const looksAhead = 10;

/** How many readings each property had, and which numbers are reserved on disk before they are given. */
export class Counts {
  readonly #last = new Map<string, number>();
  readonly #reserved = new Map<string, number>();
  /** Given since the last look. */
  readonly #taken = new Map<string, number>();

  /** Numbers up to this one were given, or may have been. */
  restore(key: string, given: number): void {
    if (given <= this.last(key)) return;
    this.#last.set(key, given);
    this.#reserved.set(key, Math.max(given, this.#reserved.get(key) ?? 0));
  }

  keys(): Iterable<string> {
    return this.#last.keys();
  }

  last(key: string): number {
    return this.#last.get(key) ?? 0;
  }

  /** Whether the next number is reserved. */
  ready(key: string): boolean {
    return this.last(key) < (this.#reserved.get(key) ?? 0);
  }

  take(key: string, atLeast = 0): number {
    const seq = Math.max(this.last(key) + 1, atLeast);
    this.#last.set(key, seq);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
    return seq;
  }

  /** What to reserve for properties that used half of what they have. */
  due(keys: Iterable<string>): Record<string, number> | undefined {
    const due: [string, number][] = [];
    for (const key of keys) {
      const wanted = looksAhead * (this.#taken.get(key) ?? 0);
      const block = Math.max(smallestBlock, Math.min(largestBlock, wanted));
      const left = (this.#reserved.get(key) ?? 0) - this.last(key);
      if (left < block / 2) due.push([key, this.last(key) + block]);
    }
    for (const key of keys) this.#taken.delete(key);
    return due.length > 0 ? Object.fromEntries(due) : undefined;
  }

  /** They are on the disk. */
  reserve(reserved: Readonly<Record<string, number>>): void {
    for (const [key, upTo] of Object.entries(reserved))
      this.#reserved.set(key, Math.max(upTo, this.#reserved.get(key) ?? 0));
  }

  /** All that is reserved. */
  get reserved(): Record<string, number> {
    return Object.fromEntries(this.#reserved);
  }

  /** The last number of each property: all that has to be reserved where nothing follows. */
  get given(): Record<string, number> {
    return Object.fromEntries(this.#last);
  }
}
