import type { Time } from '../time/time.ts';

/** A token bucket: `perSecond` on average, and twice as many at once after a pause. */
export class RateLimit {
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

  /** Whether one more is within the limit. */
  take(): boolean {
    const now = this.#time.now();
    const gained = ((now - this.#at) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond * 2, this.#tokens + gained);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
