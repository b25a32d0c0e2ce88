const writesPerSecond = 20;
const sendersKept = 1_024;

interface Bucket {
  tokens: number;
  at: number;
}

/** Lets each sender command 20 times a second, with bursts of as many. Remembers a bounded number of senders. */
export class WriteLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one from the sender's allowance at `now` (ms); false where nothing is left of it. */
  take(sender: string, now: number): boolean {
    const bucket = this.#buckets.get(sender) ?? { tokens: writesPerSecond, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1e3) * writesPerSecond;
    bucket.tokens = Math.min(writesPerSecond, refilled);
    bucket.at = now;
    this.#buckets.delete(sender);
    this.#buckets.set(sender, bucket);
    if (this.#buckets.size > sendersKept) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
