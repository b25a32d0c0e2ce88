import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

it('never lets more through than it may in any window, and no fewer than it must', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 700 })),
      (count, steps) => {
        const limit = new RateLimit(count, 1_000);
        const taken: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          const recent = taken.filter((at) => at > now - 1_000).length;
          expect(limit.readyAt <= now).toBe(recent < count);
          if (recent >= count) continue;
          limit.take(now);
          taken.push(now);
        }
      },
    ),
  );
});
