import { setTimeout as delay } from 'node:timers/promises';

/** What has not come about by then never will, ms: a guard against what hangs, as the time limits of the tests are. */
export const guard = 90_000;

/** What `look` finds, once it does; it is asked every `interval` ms. Rejects with `otherwise` when it never does. */
export async function eventually<T>(
  look: () => T | undefined,
  otherwise: () => string,
  interval = 20,
): Promise<T> {
  for (const giveUpAt = performance.now() + guard; ; await delay(interval)) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(otherwise());
  }
}
