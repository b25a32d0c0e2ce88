import { describe, expect, it } from 'vitest';
import { RoundTrip } from './round-trip.ts';

const INTERVAL = 5000;

/** enet_protocol_handle_acknowledge in whole milliseconds, as the reference reckons. */
function reference(samples: readonly number[]): { mean: number; variance: number } {
  let [mean, variance] = [samples[0]!, (samples[0]! + 1) >> 1];
  for (const sample of samples.slice(1)) {
    variance -= variance >> 2;
    const difference = Math.abs(sample - mean);
    variance += difference >> 2;
    mean += sample >= mean ? difference >> 3 : -(difference >> 3);
  }
  return { mean, variance };
}

describe('RoundTrip', () => {
  it('waits half a second for the first acknowledgement', () => {
    expect(new RoundTrip().retransmissionTimeout).toBe(500);
  });

  it('begins with the first sample, and half of it as variance', () => {
    const roundTrip = new RoundTrip();
    roundTrip.sample(100, 0, INTERVAL);
    expect(roundTrip.mean).toBe(100);
    expect(roundTrip.variance).toBe(50.5);
    expect(roundTrip.retransmissionTimeout).toBe(302);
  });

  it('takes in an eighth of each difference, and a quarter of it as variance', () => {
    const roundTrip = new RoundTrip();
    roundTrip.sample(100, 0, INTERVAL);
    roundTrip.sample(180, 10, INTERVAL);
    expect(roundTrip.mean).toBe(110);
    expect(roundTrip.variance).toBe(50.5 * 0.75 + 20);
    roundTrip.sample(30, 20, INTERVAL);
    expect(roundTrip.mean).toBe(100);
  });

  it('stays within what rounding makes of the reference', () => {
    const samples = Array.from({ length: 400 }, (_, n) => 80 + ((n * 37) % 41) + (n % 50 === 0 ? 200 : 0));
    const roundTrip = new RoundTrip();
    samples.forEach((sample, n) => {
      roundTrip.sample(sample, n, INTERVAL);
      const { mean, variance } = reference(samples.slice(0, n + 1));
      expect(Math.abs(roundTrip.mean - mean)).toBeLessThanOrEqual(8);
      expect(Math.abs(roundTrip.variance - variance)).toBeLessThanOrEqual(8);
    });
  });

  it('never trusts a link to be steadier than the reference would', () => {
    const roundTrip = new RoundTrip();
    for (let n = 0; n < 1000; n++) roundTrip.sample(0.2, n, INTERVAL);
    expect(roundTrip.variance).toBe(3);
    expect(roundTrip.retransmissionTimeout).toBeCloseTo(12.2);
  });

  it('gives the throttle the lowest mean and the highest variance of the interval before', () => {
    const roundTrip = new RoundTrip();
    roundTrip.sample(40, 0, INTERVAL);
    expect(roundTrip.reference).toBe(40);
    roundTrip.sample(120, 1000, INTERVAL);
    roundTrip.sample(120, 2000, INTERVAL);
    expect(roundTrip.reference).toBe(40);
    roundTrip.sample(120, 5000, INTERVAL);
    expect(roundTrip.reference).toBe(40);
    roundTrip.sample(120, 10_000, INTERVAL);
    expect(roundTrip.reference).toBeGreaterThan(50);
  });
});
