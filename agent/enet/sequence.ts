/**
 * Reliable sequence numbers are 16 bits, in 16 windows of 4096. A receiver takes those of the window it is in
 * and of the next six, and reads all others as old.
 */
export const WINDOW_COUNT = 16;
export const WINDOW_NUMBERS = 4096;
/** Windows, from the receiver's own on, whose numbers it takes. */
const ACCEPTED_WINDOWS = 7;
/** Windows behind those from which it does not even acknowledge, so that the sender slows down. */
const UNACKNOWLEDGED_WINDOWS = 2;

/** `acceptable`: here or ahead; `beyond`: too far ahead to be acknowledged; `behind`: was here before. */
export type SequencePlace = 'acceptable' | 'beyond' | 'behind';

/** Where a number lies for a receiver that has delivered everything up to and with `current`. */
export function sequencePlace(number: number, current: number): SequencePlace {
  const wrapped = number < current ? WINDOW_COUNT : 0;
  const ahead = windowOf(number) + wrapped - windowOf(current);
  if (ahead < ACCEPTED_WINDOWS) return 'acceptable';
  return ahead < ACCEPTED_WINDOWS + UNACKNOWLEDGED_WINDOWS ? 'beyond' : 'behind';
}

export function windowOf(number: number): number {
  return number >>> 12;
}

/** The number `steps` after another. */
export function sequenceAfter(number: number, steps: number): number {
  return (number + steps) & 0xffff;
}

/** A packet of more fragments could outrun what its receiver acknowledges before it is complete. */
export const MAXIMUM_RELIABLE_FRAGMENTS = (ACCEPTED_WINDOWS - 1) * WINDOW_NUMBERS;
