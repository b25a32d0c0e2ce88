import { expect, test } from 'vitest';
import type { Exchange } from './exchange.ts';
import { Filter } from './filter.ts';

function exchange(second: number, offset: number): Exchange {
  const sent = second * 1_000 + 0.123_4;
  return { sent, stamp: sent + 1 + offset, received: sent + 2 };
}

test('one exchange is enough to begin', () => {
  expect(new Filter().add(exchange(0, 500)).estimate).toBeCloseTo(500, 6);
});

test('what contradicts the newest exchange is forgotten', () => {
  const filter = new Filter();
  for (let second = 0; second < 300; second++) filter.add(exchange(second, 0));
  expect(filter.add(exchange(300, 4)).estimate).toBeCloseTo(4, 6);
});

test('a restart begins with what is given, grid of the stamps included', () => {
  const filter = new Filter();
  filter.add(exchange(0, 0));
  expect(filter.resolution).toBe(0);
  const restarted = filter.restart([
    { sent: 1_000, stamp: 7_001, received: 1_002 },
    { sent: 2_000, stamp: 8_001, received: 2_002 },
  ]);
  expect(filter.resolution).toBe(1);
  expect(restarted.estimate).toBeCloseTo(6_000.5, 6);
});
