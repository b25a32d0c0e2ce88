/** Where a host on a socket gets the time and its timers from. */
export interface Time {
  /** Milliseconds of a monotonic clock, with a fraction. */
  now(): number;
  /** Runs `callback` once, `ms` milliseconds from now (0 or less: at the end of this turn), or earlier after weeks. */
  after(ms: number, callback: () => void): () => void;
}

/** Longest that `setTimeout` can wait; a longer wait would end at once. */
const LONGEST_WAIT = 2 ** 31 - 1;

export const systemTime: Time = {
  now: () => performance.now(),
  after(ms, callback) {
    if (ms <= 0) {
      // Node.js runs these once everything that has arrived was read, so that one turn answers all of it.
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(callback, Math.min(Math.ceil(ms), LONGEST_WAIT));
    return () => clearTimeout(timer);
  },
};
