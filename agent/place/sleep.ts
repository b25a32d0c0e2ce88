import type { Time } from '../time/time.ts';

/** Resolves after `ms`, or at once when `signal` aborts. Leaves neither timer nor listener behind. */
export function sleep(time: Time, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = time.after(ms, wake);
    signal.addEventListener('abort', wake);
  });
}
