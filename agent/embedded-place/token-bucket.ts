import type { Time } from '../time/time.ts';

/** Limits a rate: `perSecond` on average, and twice as much at once after a pause. */
export class TokenBucket {
  readonly #time: Time;
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  constructor(time: Time, perSecond: number) {
    this.#time = time;
    this.#perSecond = perSecond;
    this.#tokens = perSecond * 2;
    this.#at = time.now();
  }

  /** Gives back tokens that should not have been taken. */
  giveBack(tokens: number): void {
    this.#tokens = Math.min(this.#perSecond * 2, this.#tokens + tokens);
  }

  /** Whether `tokens` more are within the limit; if not, none is taken. */
  take(tokens = 1): boolean {
    const now = this.#time.now();
    const gained = ((now - this.#at) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond * 2, this.#tokens + gained);
    this.#at = now;
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }
}
