/** Cancels a timer; calling it again, or after the timer fired, does nothing. */
export type Cancel = () => void;

/** Where a room gets the time and its timers from, so that tests can run it in virtual time. */
export interface Time {
  /** Milliseconds of CLOCK_MONOTONIC, with a fraction: the clock the kernel stamps GPIO edges with. */
  now(): number;
  /** Runs `callback` once, `ms` milliseconds from now (0 or less: on the next turn). */
  after(ms: number, callback: () => void): Cancel;
}
