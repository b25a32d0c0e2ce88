import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoff, FIRST_PAUSE, LONGEST_PAUSE } from './backoff.ts';

it('pauses anywhere between nothing and a bound that doubles from half a second to half a minute', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.array(random, { minLength: 12, maxLength: 12 }), (randoms) => {
      const pauses = backoff(() => randoms.shift() ?? 0);
      for (let attempt = 0; attempt < 12; attempt++) {
        const pause = pauses.next().value;
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE));
      }
    }),
  );
});
