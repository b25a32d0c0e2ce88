import { setTimeout as pause } from 'node:timers/promises';

/** `promise`, unless it takes longer than `seconds`: then it is said what did not happen. */
export async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: timeout.signal }).then(() => {
    throw new Error(`${what}: not within ${seconds} s`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timeout.abort();
    late.catch(() => {});
  }
}

/** Looks every so often until there is something to see, for at most `seconds`. */
export async function until<T>(
  seconds: number,
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  every = 1_000,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await pause(every);
  }
}
