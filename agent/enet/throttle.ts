import type { RoundTrip } from './round-trip.ts';

export const THROTTLE_SCALE = 32;
const COUNTER_STEP = 7;

export interface ThrottleSettings {
  /** Milliseconds over which the round trips to compare with are gathered. Default 5000. */
  readonly interval: number;
  /** Added, of 32, when a round trip is no longer than those before. Default 2. */
  readonly acceleration: number;
  /** Taken away, of 32, when a round trip is much longer. Default 2. */
  readonly deceleration: number;
}

export const DEFAULT_THROTTLE: ThrottleSettings = { interval: 5000, acceleration: 2, deceleration: 2 };

/**
 * Thins out unreliable packets, and narrows the window of reliable ones, when round trips grow: of 32 packets
 * about `value` go out.
 */
export class Throttle {
  settings: ThrottleSettings = DEFAULT_THROTTLE;
  value = THROTTLE_SCALE;
  #limit = THROTTLE_SCALE;
  #counter = 0;

  get limit(): number {
    return this.#limit;
  }

  /** Bandwidth limits bound the throttle from above. */
  set limit(limit: number) {
    this.#limit = limit;
    this.value = Math.min(this.value, limit);
  }

  /** Follows a measured round trip, before it is averaged into `roundTrip`. */
  follow(sample: number, { reference, referenceVariance }: RoundTrip): void {
    if (reference <= referenceVariance) this.value = this.#limit;
    else if (sample <= reference) this.value = Math.min(this.#limit, this.value + this.settings.acceleration);
    else if (sample > reference + 2 * referenceVariance)
      this.value = Math.max(0, this.value - this.settings.deceleration);
  }

  /** Whether the next unreliable packet goes out. */
  admits(): boolean {
    this.#counter = (this.#counter + COUNTER_STEP) % THROTTLE_SCALE;
    return this.#counter <= this.value;
  }
}
