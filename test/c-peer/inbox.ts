/** Only so that what never comes is named before the test ends without a word, ms. */
const guardMs = 150_000;

/** Things that arrive when they like, for a test that takes them in order and waits for those to come. */
export class Inbox<T> {
  readonly #what: string;
  readonly #arrived: T[] = [];
  #check: (() => void) | undefined;

  /** `what` names the things where waiting for them fails. */
  constructor(what: string) {
    this.#what = what;
  }

  put(thing: T): void {
    this.#arrived.push(thing);
    this.#check?.();
  }

  /** How many have arrived and were not taken. */
  get size(): number {
    return this.#arrived.length;
  }

  /** The next one, taken out. */
  async take(): Promise<T> {
    const [thing] = await this.takeAll(1);
    return thing as T;
  }

  /** The next `count`, taken out. */
  takeAll(count: number): Promise<T[]> {
    if (this.#check) throw new Error(`Two are waiting for ${this.#what} at once`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#check = undefined;
        reject(new Error(`${this.size} of ${count} ${this.#what} arrived within ${guardMs} ms`));
      }, guardMs);
      const check = () => {
        if (this.size < count) return;
        clearTimeout(timer);
        this.#check = undefined;
        resolve(this.#arrived.splice(0, count));
      };
      this.#check = check;
      check();
    });
  }

  /** What has arrived so far, taken out. */
  drain(): T[] {
    return this.#arrived.splice(0);
  }
}
