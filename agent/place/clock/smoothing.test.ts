import { expect, test } from 'vitest';
import { seededRandom } from '../../enet/index.ts';
import { SmoothOffset } from './smoothing.ts';

test('a small correction is spread over one second, and then stays', () => {
  const smooth = new SmoothOffset();
  smooth.stepTo(0, 500, 0);
  smooth.slewTo(10_000, 510, 0);
  expect(smooth.at(10_000)).toBe(500);
  expect(smooth.at(10_500)).toBeCloseTo(505);
  expect(smooth.at(11_000)).toBeCloseTo(510);
  expect(smooth.at(20_000)).toBeCloseTo(510);
});

test('a large correction takes as long as a twentieth of the rate allows', () => {
  const smooth = new SmoothOffset();
  smooth.stepTo(0, 0, 0);
  smooth.slewTo(0, -200, 0);
  expect(smooth.at(1_000)).toBeCloseTo(-50);
  expect(smooth.at(4_000)).toBeCloseTo(-200);
});

test('the skew carries on before, while and after slewing', () => {
  const smooth = new SmoothOffset();
  smooth.stepTo(0, 0, 20e-6);
  smooth.slewTo(100_000, 2, 20e-6);
  expect(smooth.at(-100_000)).toBeCloseTo(-2);
  expect(smooth.at(200_000)).toBeCloseTo(4);
});

test('the past stays as it was told, and time never goes back, whatever the estimates do', () => {
  const random = seededRandom(4);
  const smooth = new SmoothOffset();
  smooth.stepTo(0, 1e6, 0);
  const told: [number, number][] = [];
  for (let second = 1; second <= 60; second++) {
    smooth.slewTo(second * 1_000, 1e6 + (random() - 0.5) * 1_000, (random() - 0.5) * 1e-3);
    for (let ms = 0; ms < 1_000; ms += 100) told.push([second * 1_000 + ms, smooth.at(second * 1_000 + ms)]);
  }
  for (const [i, [at, offset]] of told.entries()) {
    expect(smooth.at(at)).toBeCloseTo(offset, 6);
    const before = told[i - 1];
    if (before) expect(Math.abs(offset - before[1])).toBeLessThan((at - before[0]) * 0.051);
  }
});

test('a step holds for the past as well', () => {
  const smooth = new SmoothOffset();
  smooth.stepTo(0, 1_000, 0);
  smooth.stepTo(5_000, -7_000, 0);
  expect(smooth.at(4_000)).toBe(-7_000);
});
