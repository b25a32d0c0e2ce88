import type { Interval } from './exchange.ts';

/** Largest difference in rate believed of two working clocks; it is also the most the kernel will steer by. */
export const maxSkew = 500e-6;

/** How fast a skew may change: 0.02 ppm a second is a quartz warming by some degrees a minute. Per millisecond. */
const wanderPerMs = 0.02e-9;
/** How far a skew may change in all: that of a quartz between a cold and a warm room. */
const maxWander = 10e-6;

/**
 * How far the offset may have left the straight line that describes it now, `ageMs` before or after: with the
 * square of the age at first, in proportion once the skew has changed as far as it will. Milliseconds.
 */
export function wander(ageMs: number): number {
  const age = Math.abs(ageMs);
  const bend = maxWander / wanderPerMs;
  return age <= bend ? (wanderPerMs * age * age) / 2 : maxWander * (age - bend / 2);
}

/** Everything offset and skew can be, given every exchange of the window. */
export interface Bounds {
  /** Local time the offsets hold for, ms. */
  readonly at: number;
  readonly offset: Interval;
  /** Change of the offset per millisecond, unitless. */
  readonly skew: Interval;
}

/** Where the offset can be at `now`, no earlier than `bounds.at`: wider the longer nothing was heard. */
export function predict({ at, offset, skew }: Bounds, now: number): Interval {
  const age = Math.max(0, now - at);
  return {
    low: offset.low + skew.low * age - wander(age),
    high: offset.high + skew.high * age + wander(age),
  };
}

/** Furthest that `estimate` can be from the truth, ms. */
export function errorOf(estimate: number, { low, high }: Interval): number {
  return Math.max(high - estimate, estimate - low);
}
