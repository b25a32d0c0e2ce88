import type { DriverTime } from '../thing.ts';

/** Real time, for a probe that runs without a daemon. */
export const probeTime: DriverTime = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
