import { expect, test } from 'vitest';
import { seededRandom } from '../../enet/index.ts';
import { StampResolution } from './stamp-resolution.ts';

function seen(stamps: Iterable<number>): number {
  const resolution = new StampResolution();
  for (const stamp of stamps) resolution.add(stamp);
  return resolution.ms;
}

test('whole milliseconds are told from the first stamp on', () => {
  expect(seen([123_456.789_012])).toBe(0);
  expect(seen([123_457])).toBe(1);
});

test('whole milliseconds survive the way through seconds in a double', () => {
  const random = seededRandom(3);
  for (const epoch of [0, 1e9, 1.7e12, -3e11]) {
    const stamps = Array.from({ length: 200 }, () => (Math.floor(epoch + random() * 1e7) / 1e3) * 1e3);
    expect(seen(stamps)).toBe(1);
  }
});

test('a coarser grid needs more than one stamp to be believed', () => {
  const stamps = Array.from({ length: 20 }, (_, i) => i * 1_010);
  expect(seen(stamps.slice(0, 7))).toBe(1);
  expect(seen(stamps)).toBe(10);
});

test('one stamp off the grid is enough to see that there is none', () => {
  expect(seen([1, 2, 3, 4, 5, 6, 7, 8, 9, 10.4])).toBe(0);
});
