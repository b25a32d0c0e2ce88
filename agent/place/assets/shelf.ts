/** What an entry costs beyond its bytes: many small ones are not free. */
const OVERHEAD = 4096;

/** Which assets a store holds and what they cost, within a capacity; least recently used first. */
export class Shelf {
  readonly capacity: number;
  /** Cost by name, in the order of use. */
  readonly #entries = new Map<string, number>();
  #used = 0;
  #reserved = 0;

  /** @param capacity bytes. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Bytes of all entries and reservations. */
  get used(): number {
    return this.#used + this.#reserved;
  }

  /** Notes an entry, or that it was used. */
  put(name: string, size: number): void {
    this.remove(name);
    this.#entries.set(name, size + OVERHEAD);
    this.#used += size + OVERHEAD;
  }

  remove(name: string): void {
    this.#used -= this.#entries.get(name) ?? 0;
    this.#entries.delete(name);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Keeps room for what is on its way. False where there is none, even without all entries. */
  reserve(size: number): boolean {
    if (this.#reserved + size + OVERHEAD > this.capacity) return false;
    this.#reserved += size + OVERHEAD;
    return true;
  }

  release(size: number): void {
    this.#reserved -= size + OVERHEAD;
  }

  /** Takes out what must go, the least recently used first, and names it. */
  *overflow(): Generator<string> {
    for (const name of this.#entries.keys()) {
      if (this.used <= this.capacity) return;
      this.remove(name);
      yield name;
    }
  }
}
