const sendersKept = 1_024;

interface Bucket {
  tokens: number;
  at: number;
}

/** Lets each sender do something so often a second, with bursts of as many. Remembers a bounded number of senders. */
export class SenderLimit {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes one from the sender's allowance at `now` (ms); false where nothing is left of it. */
  take(sender: string, now: number): boolean {
    const bucket = this.#buckets.get(sender) ?? { tokens: this.#perSecond, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1e3) * this.#perSecond;
    bucket.tokens = Math.min(this.#perSecond, refilled);
    bucket.at = now;
    this.#buckets.delete(sender);
    this.#buckets.set(sender, bucket);
    if (this.#buckets.size > sendersKept) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
