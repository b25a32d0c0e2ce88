/** What an entry costs beyond its bytes: many small ones are not free. */
const OVERHEAD = 4096;

/** Room for an asset on its way. */
export interface Reservation {
  /** So many more of its bytes are there now. */
  arrived(bytes: number): void;
  /** It is needed no longer; at the second time nothing happens. */
  release(): void;
}

/** Which assets a store holds and what they cost, within a capacity; least recently used first. */
export class Shelf {
  readonly capacity: number;
  /** Cost by name, in the order of use. */
  readonly #entries = new Map<string, number>();
  #used = 0;
  /** What all that is on its way may come to. */
  #promised = 0;

  /** @param capacity bytes. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Bytes of all entries, and of what is on its way as far as it is there. */
  get used(): number {
    return this.#used;
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

  /**
   * Keeps room for what is on its way. Undefined where there is none, even without all entries; those go only as the
   * bytes arrive, for a size is easily claimed.
   */
  reserve(size: number): Reservation | undefined {
    const promised = size + OVERHEAD;
    if (this.#promised + promised > this.capacity) return undefined;
    this.#promised += promised;
    let there = 0;
    let held = true;
    return {
      arrived: (bytes) => {
        there += bytes;
        this.#used += bytes;
      },
      release: () => {
        if (!held) return;
        held = false;
        this.#promised -= promised;
        this.#used -= there;
      },
    };
  }

  /** Somebody else takes so much of the room, for as long as this is asked. */
  occupy(size: number): void {
    this.#promised += size + OVERHEAD;
    this.#used += size + OVERHEAD;
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
