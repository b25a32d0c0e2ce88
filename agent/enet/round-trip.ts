export const DEFAULT_ROUND_TRIP = 500;
/**
 * ENet reckons in whole milliseconds, where a quarter of the variance rounds to nothing, and it stops falling,
 * at 3. Kept here in spite of the fractions: without it a steady link would send much twice.
 */
const MINIMUM_VARIANCE = 3;

/** Estimates the round trip of a connection, in milliseconds, from what acknowledgements say. */
export class RoundTrip {
  /** Smoothed round trip. */
  mean = DEFAULT_ROUND_TRIP;
  /** Smoothed deviation from it. */
  variance = 0;
  /** Lowest mean and highest variance of the interval before this one: what the throttle compares with. */
  reference = DEFAULT_ROUND_TRIP;
  referenceVariance = 0;
  #lowest = DEFAULT_ROUND_TRIP;
  #highestVariance = 0;
  #intervalStart: number | undefined;
  #sampled = false;

  get sampled(): boolean {
    return this.#sampled;
  }

  /** How long to wait for an acknowledgement before sending again. */
  get retransmissionTimeout(): number {
    return this.mean + 4 * this.variance;
  }

  sample(roundTrip: number, now: number, interval: number): void {
    if (this.#sampled) {
      const difference = Math.abs(roundTrip - this.mean);
      this.variance += difference / 4 - this.variance / 4;
      this.mean += (roundTrip - this.mean) / 8;
    } else {
      this.#sampled = true;
      this.mean = roundTrip;
      this.variance = (roundTrip + 1) / 2;
    }
    this.variance = Math.max(this.variance, MINIMUM_VARIANCE);
    this.#lowest = Math.min(this.#lowest, this.mean);
    this.#highestVariance = Math.max(this.#highestVariance, this.variance);
    if (this.#intervalStart === undefined || now - this.#intervalStart >= interval) {
      this.reference = this.#lowest;
      this.referenceVariance = this.#highestVariance;
      this.#lowest = this.mean;
      this.#highestVariance = this.variance;
      this.#intervalStart = now;
    }
  }
}
