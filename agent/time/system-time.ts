import type { Time } from './time.ts';

/** Longest delay `setTimeout` can count; a longer one would fire at once. */
const longestTimeout = 2 ** 31 - 1;

/** The machine's own clock and timers. `process.hrtime` reads CLOCK_MONOTONIC on Linux. */
export const systemTime: Time = {
  now() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  after(ms, callback) {
    const due = systemTime.now() + ms;
    const wait = (left: number) =>
      setTimeout(
        () => {
          if (left <= longestTimeout) callback();
          else timer = wait(due - systemTime.now());
        },
        Math.min(left, longestTimeout),
      );
    let timer = wait(ms);
    return () => clearTimeout(timer);
  },
};
