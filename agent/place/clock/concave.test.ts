import { expect, test } from 'vitest';
import { seededRandom } from '../../enet/index.ts';
import { type Concave, edge, peak } from './concave.ts';

/** The least of some straight lines: concave, and made of straight pieces. */
function least(lines: readonly { readonly height: number; readonly slope: number }[]): Concave {
  return (at) =>
    lines
      .map(({ height, slope }) => ({ value: height + slope * at, slope }))
      .reduce((low, line) => (line.value < low.value ? line : low));
}

test('the peak of two lines is where they cross', () => {
  const roof = least([
    { height: 1, slope: 2 },
    { height: 4, slope: -1 },
  ]);
  expect(peak(roof, -10, 10)).toBeCloseTo(1);
  expect(peak(roof, -10, 0)).toBe(0);
  expect(peak(roof, 5, 10)).toBe(5);
});

test('the edges are where it falls below nothing', () => {
  const roof = least([
    { height: 1, slope: 2 },
    { height: 4, slope: -1 },
  ]);
  expect(edge(roof, -10, 1)).toBeCloseTo(-0.5);
  expect(edge(roof, 10, 1)).toBeCloseTo(4);
  expect(edge(roof, 3, 1)).toBe(3);
});

test('peak and edges hold for any lines', () => {
  const random = seededRandom(1);
  for (let round = 0; round < 300; round++) {
    const lines = Array.from({ length: 2 + Math.floor(random() * 40) }, () => ({
      height: 1 + random() * 10,
      slope: (random() - 0.5) * 20,
    }));
    const f = least(lines);
    const top = peak(f, -1, 1);
    const grid = Array.from({ length: 201 }, (_, i) => f(-1 + i / 100).value);
    expect(Math.max(...grid)).toBeLessThanOrEqual(f(top).value + 1e-9);
    const right = edge(f, 50, 0);
    expect(right).toBeGreaterThan(0);
    expect(f(right).value).toBeGreaterThanOrEqual(-1e-6);
    if (right < 50) expect(f(right * 1.001 + 1e-6).value).toBeLessThan(0);
  }
});
