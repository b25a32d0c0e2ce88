import { describe, expect, it } from 'vitest';
import { levelOf, sine } from '../../test/support/virtual-microphone-signal.ts';
import { findRepetition, lengthen, shorten } from './time-stretch.ts';

/** The largest step from one sample to the next: a click is one that is larger than the tone's own. */
function largestStep(sound: Int16Array): number {
  return sound.reduce(
    (largest, sample, n) => Math.max(largest, Math.abs(sample - (sound[n - 1] ?? sample))),
    0,
  );
}

describe.each([110, 220, 440, 1_000])('a tone of %i Hz', (hertz) => {
  const sound = sine(hertz, -12, 960);
  const repetition = findRepetition(sound)!;

  it('repeats itself after whole periods', () => {
    expect(repetition.likeness).toBeGreaterThan(0.99);
    const periods = (repetition.period * hertz) / 48_000;
    expect(Math.abs(periods - Math.round(periods))).toBeLessThan(0.03);
  });

  it.each([
    ['shorter', shorten, -1],
    ['longer', lengthen, 1],
  ] as const)('becomes %s without a click', (_, change, sign) => {
    const changed = change(sound, repetition);
    expect(changed.length).toBe(960 + sign * repetition.period);
    expect(Math.abs(changed[0]! - sound[0]!)).toBeLessThan(largestStep(sound) / 10);
    expect(changed.at(-1)).toBe(sound.at(-1));
    expect(largestStep(changed)).toBeLessThan(largestStep(sound) * 1.05);
    expect(Math.abs(levelOf(changed) - levelOf(sound))).toBeLessThan(0.5);
  });
});

it('is not found in noise', () => {
  let state = 1;
  const noise = Int16Array.from({ length: 960 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) - 32_768;
  });
  expect(findRepetition(noise)?.likeness).toBeLessThan(0.5);
});

it('is looked for in the shortest packets too, and in nothing', () => {
  expect(findRepetition(sine(1_000, -12, 120))?.period).toBeGreaterThanOrEqual(30);
  expect(findRepetition(new Int16Array(0))).toBeUndefined();
});
