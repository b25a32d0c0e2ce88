/** The next deadline of each of up to `capacity` numbered things: a binary heap that knows its places. */
export class Deadlines {
  readonly #heap: number[] = [];
  readonly #time: Float64Array;
  /** Index in the heap, or -1. */
  readonly #place: Int32Array;

  constructor(capacity: number) {
    this.#time = new Float64Array(capacity);
    this.#place = new Int32Array(capacity).fill(-1);
  }

  /** The earliest deadline; Infinity if there is none. */
  get next(): number {
    const first = this.#heap[0];
    return first === undefined ? Number.POSITIVE_INFINITY : this.#time[first]!;
  }

  /** Sets the deadline of thing `id`; Infinity takes it away. */
  set(id: number, time: number): void {
    const place = this.#place[id]!;
    if (time === Number.POSITIVE_INFINITY) {
      if (place >= 0) this.#remove(place);
    } else if (place < 0) {
      this.#time[id] = time;
      this.#heap.push(id);
      this.#rise(this.#heap.length - 1, id);
    } else if (time !== this.#time[id]) {
      this.#time[id] = time;
      this.#rise(place, id);
      this.#sink(this.#place[id]!, id);
    }
  }

  /** Takes away and returns a thing whose deadline is reached. */
  takeDue(now: number): number | undefined {
    const first = this.#heap[0];
    if (first === undefined || this.#time[first]! > now) return undefined;
    this.#remove(0);
    return first;
  }

  #remove(place: number): void {
    this.#place[this.#heap[place]!] = -1;
    const last = this.#heap.pop()!;
    if (place === this.#heap.length) return;
    this.#rise(place, last);
    this.#sink(this.#place[last]!, last);
  }

  #rise(place: number, id: number): void {
    const time = this.#time[id]!;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = this.#heap[parent]!;
      if (this.#time[above]! <= time) break;
      this.#put(place, above);
      place = parent;
    }
    this.#put(place, id);
  }

  #sink(place: number, id: number): void {
    const time = this.#time[id]!;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#heap.length) break;
      const right = child + 1;
      if (right < this.#heap.length && this.#time[this.#heap[right]!]! < this.#time[this.#heap[child]!]!)
        child = right;
      const below = this.#heap[child]!;
      if (this.#time[below]! >= time) break;
      this.#put(place, below);
      place = child;
    }
    this.#put(place, id);
  }

  #put(place: number, id: number): void {
    this.#heap[place] = id;
    this.#place[id] = place;
  }
}
