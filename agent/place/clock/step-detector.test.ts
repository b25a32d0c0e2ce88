import { describe, expect, test } from 'vitest';
import type { Exchange } from './exchange.ts';
import { StepDetector } from './step-detector.ts';

const expected = { low: 99_999, high: 100_001 };

/** An exchange at `sent` with a place whose clock is `offset` ahead, and a delay of `delay` each way. */
function exchange(sent: number, offset: number, delay = 2): Exchange {
  return { sent, stamp: sent + delay + offset, received: sent + 2 * delay };
}

describe('the step detector', () => {
  test('finds nothing wrong with what was expected', () => {
    expect(new StepDetector().judge(exchange(0, 100_000), 0, expected)).toBe('expected');
  });

  test.each([-100_000, 99_990, 100_010, 5e9])(
    'believes the second of two that agree (offset %d)',
    (offset) => {
      const steps = new StepDetector();
      const [first, second] = [exchange(0, offset), exchange(1_000, offset + 0.3)];
      expect(steps.judge(first, 0, expected)).toBe('suspected');
      expect(steps.judge(second, 0, expected)).toBe('stepped');
      expect(steps.take()).toEqual([first, second]);
    },
  );

  test('does not take delay for a step, however long and one-sided it is', () => {
    const steps = new StepDetector();
    expect(steps.judge({ sent: 0, stamp: 103_000, received: 3_001 }, 0, expected)).toBe('expected');
    expect(steps.judge({ sent: 0, stamp: 100_000, received: 3_001 }, 0, expected)).toBe('expected');
  });

  test('never believes answers that agree with nothing', () => {
    const steps = new StepDetector();
    for (let second = 0; second < 100; second++) {
      expect(steps.judge(exchange(second * 1_000, second ** 2 * 50), 0, expected)).toBe('suspected');
    }
  });

  test('forgets a suspicion once all is as expected again', () => {
    const steps = new StepDetector();
    steps.judge(exchange(0, 0), 0, expected);
    steps.judge(exchange(1_000, 100_000), 0, expected);
    expect(steps.judge(exchange(2_000, 0), 0, expected)).toBe('suspected');
  });

  test('sees that two agree although the new clock is coarse', () => {
    const steps = new StepDetector();
    steps.judge({ sent: 0, stamp: 4_000, received: 0.2 }, 0, expected);
    expect(steps.judge({ sent: 1_000, stamp: 4_999, received: 1_000.2 }, 0, expected)).toBe('stepped');
  });
});
