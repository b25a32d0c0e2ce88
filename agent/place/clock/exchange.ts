/** One probe and its answer. All in milliseconds; `sent` and `received` of the local clock. */
export interface Exchange {
  readonly sent: number;
  readonly received: number;
  /** The place's clock at some moment between the two, as the place wrote it: perhaps cut to whole milliseconds. */
  readonly stamp: number;
}

/** What is known of the offset, place clock minus local clock: it lies within. Milliseconds. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Half a microsecond for what the floating point of both sides may lose: without it, a network with no delay
 * at all would contradict itself.
 */
const roundingMs = 0.0005;

/** Most the offset can have been at `sent`: the place stamped later than that. */
export function highest({ sent, stamp }: Exchange, resolution: number): number {
  return stamp + resolution - sent + roundingMs;
}

/** Least the offset can have been at `received`: the place stamped earlier than that. */
export function lowest({ received, stamp }: Exchange): number {
  return stamp - received - roundingMs;
}

/** What one exchange alone says of the offset, however its delay was shared between the two ways. */
export function offsetInterval(exchange: Exchange, resolution: number): Interval {
  return { low: lowest(exchange), high: highest(exchange, resolution) };
}
