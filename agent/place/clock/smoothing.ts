/** Greatest change of rate while slewing: 5 %, which moves a second's worth of correction 50 ms. */
const maxSlew = 0.05;
/** Time a correction is spread over where that keeps to the greatest rate: until the next answer, ms. */
const horizonMs = 1_000;
/** Corrections remembered: about a minute of them, beyond which the oldest is extended. */
const capacity = 64;

interface Segment {
  /** Local time it holds from, ms. */
  readonly from: number;
  /** Offset at `from`, ms. */
  readonly offset: number;
  /** Lasting change of the offset per ms. */
  readonly skew: number;
  /** Change of the offset per ms beside the skew, until `until`. */
  readonly slew: number;
  readonly until: number;
}

/**
 * The offset as it is told to others: one that never makes the place clock jump or go back, but leads it to
 * each new estimate by running it faster or slower. It remembers its course, so that a moment of the last minute
 * has the place time it had when it was the present.
 */
export class SmoothOffset {
  #segments: Segment[] = [];

  /** Offset at any local time, ms; what lies before the course is extended from its start. */
  at(localMs: number): number {
    const segments = this.#segments;
    let i = segments.length - 1;
    while (i > 0 && segments[i]!.from > localMs) i--;
    const { from, offset, skew, slew, until } = segments[i]!;
    const slewed = Math.max(0, Math.min(localMs, until) - from);
    return offset + skew * (localMs - from) + slew * slewed;
  }

  /** From `now` on, leads to the line that has `offset` now and changes by `skew`. */
  slewTo(now: number, offset: number, skew: number): void {
    const current = this.at(now);
    const correction = offset - current;
    const duration = Math.max(horizonMs, Math.abs(correction) / maxSlew);
    this.#segments.push({
      from: now,
      offset: current,
      skew,
      slew: correction / duration,
      until: now + duration,
    });
    if (this.#segments.length > capacity) this.#segments.shift();
  }

  /** Takes the line at once and for all time: what the clock said before has no meaning any more. */
  stepTo(now: number, offset: number, skew: number): void {
    this.#segments = [{ from: now, offset, skew, slew: 0, until: now }];
  }
}
