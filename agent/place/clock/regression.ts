import { type Concave, edge, type Piece, peak } from './concave.ts';
import { Envelope } from './envelope.ts';
import { type Bounds, maxSkew, wander } from './error-bound.ts';
import { type Exchange, highest, lowest } from './exchange.ts';

/** The straight line that describes the offset around the newest exchange, and all that it could be instead. */
export interface Fit extends Bounds {
  /** Best estimate of the offset at `at`, ms. */
  readonly estimate: number;
  /** Best estimate of its change per millisecond, unitless. */
  readonly rate: number;
}

/**
 * What a skew must be worth to be believed over none, as the span in ms of exchanges that bear it out: the
 * delays of the first few probes must not pass for one.
 */
const reluctance = 10_000;

/**
 * Fits offset and skew to a window of exchanges in order of time; undefined where no skew agrees with all.
 *
 * Every exchange bounds the offset from above at the moment its probe left and from below at the moment its
 * answer came. The delays of each way have a hard floor and no ceiling, so what tells of the offset is the edge
 * of each cloud, not its middle: the best probe and the best answer, each by itself, where the least round trip
 * has to find both in one exchange. Between both edges lies a strip; the skew that leaves it widest is the most
 * likely one under exponential delays, and its midline the midpoint of the shortest delays seen.
 * An exchange bounds less the older it is, as the skew itself may have changed since.
 */
export function fitOffset(window: readonly Exchange[], resolution: number): Fit | undefined {
  const at = window.at(-1)!.received;
  const upper = new Envelope();
  const lower = new Envelope();
  for (const exchange of window) {
    const left = exchange.sent - at;
    const came = exchange.received - at;
    upper.add(left, highest(exchange, resolution) + wander(left));
    lower.add(came, wander(came) - lowest(exchange));
  }

  const ceiling: Concave = (skew) => upper.support(skew);
  /** The floor of the offset, turned over to be concave as well. */
  const floor: Concave = (skew) => negated(lower.support(-skew));
  const width: Concave = (skew) => sum(ceiling(skew), floor(skew));
  const belief: Concave = (skew) => sum(width(skew), doubt(skew));

  const rate = peak(belief, -maxSkew, maxSkew);
  if (width(rate).value < 0) return undefined;
  const skew = { low: edge(width, -maxSkew, rate), high: edge(width, maxSkew, rate) };
  const offset = {
    low: -floor(peak(floor, skew.low, skew.high)).value,
    high: ceiling(peak(ceiling, skew.low, skew.high)).value,
  };
  return { at, offset, skew, rate, estimate: (ceiling(rate).value - floor(rate).value) / 2 };
}

function doubt(skew: number): Piece {
  return { value: -reluctance * Math.abs(skew), slope: -reluctance * Math.sign(skew) };
}

function sum(a: Piece, b: Piece): Piece {
  return { value: a.value + b.value, slope: a.slope + b.slope };
}

/** Of a function of the negated skew: the same value, the slope the other way. */
function negated({ value, slope }: Piece): Piece {
  return { value, slope: -slope };
}
