import { expect, test } from 'vitest';
import { seededRandom } from '../../enet/index.ts';
import { Envelope } from './envelope.ts';

test('only the lower edge is touched', () => {
  const envelope = new Envelope();
  for (const [x, y] of [
    [0, 0],
    [1, 5],
    [2, 1],
  ] as const)
    envelope.add(x, y);
  expect(envelope.support(0)).toEqual({ value: 0, slope: -0 });
  expect(envelope.support(1)).toEqual({ value: -1, slope: -2 });
});

test('no point lies below any line it supports, and one lies on it', () => {
  const random = seededRandom(2);
  for (let round = 0; round < 100; round++) {
    const points = Array.from(
      { length: 1 + Math.floor(random() * 60) },
      (_, x) => [x, random() * 20] as const,
    );
    const envelope = new Envelope();
    for (const [x, y] of points) envelope.add(x, y);
    for (const gradient of [-5, -0.3, 0, 0.1, 2]) {
      const { value, slope } = envelope.support(gradient);
      const gaps = points.map(([x, y]) => y - gradient * x - value);
      expect(Math.min(...gaps)).toBeCloseTo(0, 9);
      expect(gaps[-slope]).toBeCloseTo(0, 9);
    }
  }
});
