import { describe, expect, test } from 'vitest';
import { cut, type Network, networks, placeTruth } from '../../../test/place/clock-simulation.ts';
import { seededRandom } from '../../enet/index.ts';
import type { Exchange } from './exchange.ts';
import { fitOffset } from './regression.ts';

/** What a place 5 s ahead answers once a second; `truth` is its clock by the local one. */
function exchanges(count: number, network: Network, { driftPpm = 20, truncation = 0, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const truth = placeTruth(5_000, driftPpm);
  const window: Exchange[] = [];
  for (let second = 0; second < count; second++) {
    const sent = second * 1_000;
    const stamped = sent + network(random);
    window.push({ sent, stamp: cut(truth(stamped), truncation), received: stamped + network(random) });
  }
  return { window, truth };
}

/** Milliseconds by which the fit misses the truth at the newest exchange. */
function miss({ window, truth }: ReturnType<typeof exchanges>, resolution = 0): number {
  const { at, estimate } = fitOffset(window, resolution)!;
  return Math.abs(at + estimate - truth(at));
}

describe('the fit', () => {
  test('is the midpoint of a single exchange, anywhere within its round trip', () => {
    const found = fitOffset([{ sent: 0, stamp: 5_030, received: 50 }], 0)!;
    expect(found.estimate).toBeCloseTo(5_005, 6);
    expect(found.offset.low).toBeLessThanOrEqual(4_980);
    expect(found.offset.high).toBeGreaterThanOrEqual(5_030);
    expect(found.rate).toBeCloseTo(0, 12);
  });

  test('takes the best of each way where no exchange was good on both', () => {
    const window: Exchange[] = [
      { sent: 0, stamp: 5_001, received: 90 },
      { sent: 1_000, stamp: 6_090, received: 1_091 },
    ];
    expect(fitOffset(window, 0)!.estimate).toBeCloseTo(5_000, 1);
  });

  test.each([-400, -20, 0, 20, 400])('finds a skew of %d ppm within a minute', (driftPpm) => {
    const { rate, skew } = fitOffset(exchanges(60, networks.wired, { driftPpm }).window, 0)!;
    expect(Math.abs(rate * 1e6 - driftPpm)).toBeLessThan(1);
    expect(skew.low * 1e6).toBeLessThanOrEqual(driftPpm);
    expect(skew.high * 1e6).toBeGreaterThanOrEqual(driftPpm);
  });

  test('corrects stamps that are cut to milliseconds, where the drift has moved them over the grid', () => {
    const sample = exchanges(120, networks.wired, { truncation: 1 });
    expect(miss(sample, 1)).toBeLessThan(0.15);
    expect(fitOffset(sample.window, 0)).toBeUndefined();
  });

  test('gains on the noise with every exchange of the window', () => {
    const [few, many] = [16, 256].map((count) => {
      const misses = Array.from({ length: 50 }, (_, seed) =>
        miss(exchanges(count, networks['busy Wi-Fi'], { seed })),
      );
      return misses.reduce((sum, ms) => sum + ms, 0) / misses.length;
    });
    expect(few!).toBeLessThan(0.6);
    expect(many!).toBeLessThan(few! / 2);
  });

  test('bounds the truth for every seed and network', () => {
    for (const network of Object.values(networks)) {
      for (let seed = 0; seed < 100; seed++) {
        const { window, truth } = exchanges(1 + seed, network, { seed });
        const { at, offset } = fitOffset(window, 0)!;
        expect(truth(at) - at).toBeGreaterThanOrEqual(offset.low);
        expect(truth(at) - at).toBeLessThanOrEqual(offset.high);
      }
    }
  });

  test('is none where exchanges contradict one another', () => {
    const window: Exchange[] = [
      { sent: 0, stamp: 5_001, received: 2 },
      { sent: 1_000, stamp: 6_021, received: 1_002 },
    ];
    expect(fitOffset(window, 0)).toBeUndefined();
  });

  test('holds where there is no delay at all', () => {
    const window = Array.from({ length: 50 }, (_, i) => ({
      sent: i * 1e3,
      stamp: 1.7e12 + i * 1e3,
      received: i * 1e3,
    }));
    expect(fitOffset(window, 0)!.estimate).toBeCloseTo(1.7e12, 2);
  });
});
