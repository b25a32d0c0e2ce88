import { afterAll, describe, expect, it } from 'vitest';
import {
  type Playout,
  type PlayoutOptions,
  type SimulatedNetwork,
  simulatePlayout,
} from '../../test/support/playout-simulation.ts';

/**
 * How tracks are heard over networks of different kinds, simulated: the delay the jitter buffer adds beyond the fastest
 * packet, and what is not heard as it was sent. `lost`: what the network takes, of its own and by overtaking. `made
 * up`: shown instead of what was sent; `recovered`: heard from the copy in the next packet; shares of the time spoken.
 */

const wired: SimulatedNetwork = { name: 'wired', jitterMs: 0.3, stallMs: 0, stallEveryMs: 1e9, queueMs: 0 };
const wifi: SimulatedNetwork = { name: 'Wi-Fi', jitterMs: 3, stallMs: 50, stallEveryMs: 2_000, queueMs: 0 };
const busy: SimulatedNetwork = {
  name: 'busy Wi-Fi',
  jitterMs: 8,
  stallMs: 120,
  stallEveryMs: 2_000,
  queueMs: 40,
};

const figures: Record<string, string | number | boolean>[] = [];
afterAll(() => console.table(figures));

function play(options: PlayoutOptions): Playout {
  const played = simulatePlayout(options);
  const { network, loss, driftPpm, minutes, pauses = false } = options;
  figures.push({
    network: network.name,
    lost: percent(loss),
    drift: `${driftPpm} ppm`,
    minutes,
    pauses,
    'p50 ms': Math.round(played.delayP50),
    'p95 ms': Math.round(played.delayP95),
    'growth ms': Math.round(played.growth),
    'made up': percent(played.concealed),
    recovered: percent(played.recovered),
    silent: percent(played.silent),
  });
  return played;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

describe.each([
  { network: wired, p95: 105, ownLoss: 0.002 },
  { network: wifi, p95: 110, ownLoss: 0.015 },
  { network: busy, p95: 150, ownLoss: 0.08 },
])('over $network.name', ({ network, p95, ownLoss }) => {
  it.each([
    [0, -100],
    [0.05, 100],
    [0.2, -100],
  ])('with %f lost, sound is late by little, and what is lost is mostly recovered', (loss, driftPpm) => {
    const played = play({ network, loss, driftPpm, minutes: 3 });
    expect(played.delayP95).toBeLessThan(p95);
    // Of what is lost, what follows another loss has no copy left.
    expect(played.concealed).toBeLessThan(ownLoss / 3 + loss * (loss + 0.05));
    expect(played.concealed + played.recovered).toBeLessThan(ownLoss + loss * 1.15);
    expect(played.silent).toBeLessThan(0.001 + loss ** 3);
    expect(played.largestDepthMs).toBeLessThan(220);
  });

  it('pauses end cleanly: 80 ms are made up at each, and nothing of the speech is missing', () => {
    const played = play({ network, loss: 0, driftPpm: 100, minutes: 3, pauses: true });
    expect(played.delayP95).toBeLessThan(p95);
    expect(played.concealed).toBeLessThan(0.04);
    expect(played.silent).toBeLessThan(0.005);
    expect(played.counters.dropped).toBe(0);
  });
});

it('over an hour of a busy network, a clock off by 100 ppm makes no delay grow', () => {
  const played = play({ network: busy, loss: 0.05, driftPpm: -100, minutes: 60 });
  expect(Math.abs(played.growth)).toBeLessThan(15);
  expect(played.delayP95).toBeLessThan(140);
  expect(played.concealed).toBeLessThan(0.03);
  expect(played.silent).toBeLessThan(0.001);
  expect(played.counters.dropped).toBe(0);
});
