/** Real ms from one look at the clock to the next. */
const interval = 5;

/** What a timer may be late by on an idle machine, ms. */
const usual = 5;

export interface Timed<T> {
  readonly value: T;
  /** Real ms. */
  readonly took: number;
  /** For how much of that the machine did not let this process run, ms. What it computes itself is no part of it. */
  readonly late: number;
}

/** Does something, and says how long that took, and how much of it was the machine's doing. */
export async function timed<T>(action: () => Promise<T>): Promise<Timed<T>> {
  const begin = performance.now();
  let late = 0;
  let before = { at: begin, cpu: process.cpuUsage() };
  const look = () => {
    const at = performance.now();
    const { user, system } = process.cpuUsage(before.cpu);
    const held = at - before.at - interval - (user + system) / 1e3;
    if (held > usual) late += held;
    before = { at, cpu: process.cpuUsage() };
    return at;
  };
  const timer = setInterval(look, interval);
  try {
    const value = await action();
    return { value, took: look() - begin, late };
  } finally {
    clearInterval(timer);
  }
}

/**
 * Measures until it is less than `limit`, `tries` times at most; the least of what was measured. What a defect does to
 * it, it does every time; what a busy machine does, now and then.
 */
export async function leastOf(tries: number, limit: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < tries && least >= limit; tried++) least = Math.min(least, await measure());
  return least;
}
