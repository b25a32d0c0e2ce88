/** Longest first pause and longest pause of all, ms. */
export const FIRST_PAUSE = 500;
export const LONGEST_PAUSE = 30_000;

/**
 * Pauses between attempts, ms, for ever: exponential backoff with full jitter, so that agents which lost their
 * place together do not come back together. `random` is uniform in [0, 1).
 */
export function* backoff(random: () => number): Generator<number, never> {
  for (let longest = FIRST_PAUSE; ; longest = Math.min(longest * 2, LONGEST_PAUSE)) yield longest * random();
}
