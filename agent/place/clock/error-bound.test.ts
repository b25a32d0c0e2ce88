import { expect, test } from 'vitest';
import { errorOf, maxSkew, predict, wander } from './error-bound.ts';

test('an unknown drift adds little in a minute and no more than a quartz can in a day', () => {
  expect(wander(60_000)).toBeCloseTo(0.036, 6);
  expect(wander(-60_000)).toBe(wander(60_000));
  expect(wander(86_400_000)).toBeLessThan(10e-6 * 86_400_000);
});

test('wander is smooth where the square turns into a straight line', () => {
  const bend = 500_000;
  expect(wander(bend + 1) - wander(bend)).toBeCloseTo(wander(bend) - wander(bend - 1), 9);
});

test('what can be widens with time, by the skews that can be', () => {
  const bounds = { at: 1_000, offset: { low: -1, high: 2 }, skew: { low: 0, high: maxSkew } };
  expect(predict(bounds, 1_000)).toEqual({ low: -1, high: 2 });
  const later = predict(bounds, 11_000);
  expect(later.low).toBeCloseTo(-1 - wander(10_000), 9);
  expect(later.high).toBeCloseTo(7 + wander(10_000), 9);
});

test('the error is counted to the far end', () => {
  expect(errorOf(1, { low: -1, high: 2 })).toBe(2);
  expect(errorOf(5, { low: -1, high: 2 })).toBe(6);
});
