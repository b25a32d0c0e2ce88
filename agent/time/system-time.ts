import type { Time } from './time.ts';

/** The machine's own clock and timers. `process.hrtime` reads CLOCK_MONOTONIC on Linux. */
export const systemTime: Time = {
  now() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
