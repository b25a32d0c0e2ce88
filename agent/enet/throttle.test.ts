import { describe, expect, it } from 'vitest';
import { RoundTrip } from './round-trip.ts';
import { Throttle } from './throttle.ts';

/** A link known to take 100 ms, give or take 10. */
function steadyLink(): RoundTrip {
  const roundTrip = new RoundTrip();
  roundTrip.reference = 100;
  roundTrip.referenceVariance = 10;
  return roundTrip;
}

const admitted = (throttle: Throttle, packets: number) =>
  Array.from({ length: packets }, () => throttle.admits()).filter(Boolean).length;

describe('Throttle', () => {
  it('lets everything pass at first', () => {
    expect(admitted(new Throttle(), 320)).toBe(320);
  });

  it('closes by two for each much longer round trip, down to almost nothing', () => {
    const throttle = new Throttle();
    throttle.follow(121, steadyLink());
    expect(throttle.value).toBe(30);
    for (let n = 0; n < 40; n++) throttle.follow(500, steadyLink());
    expect(throttle.value).toBe(0);
    expect(admitted(throttle, 320)).toBe(10);
  });

  it('opens by two for each round trip that is no longer, and stays for those between', () => {
    const throttle = new Throttle();
    throttle.value = 10;
    throttle.follow(120, steadyLink());
    expect(throttle.value).toBe(10);
    throttle.follow(100, steadyLink());
    expect(throttle.value).toBe(12);
  });

  it('opens wholly on links whose round trip varies as much as it lasts', () => {
    const throttle = new Throttle();
    throttle.value = 3;
    const local = new RoundTrip();
    local.reference = 2;
    local.referenceVariance = 3;
    throttle.follow(50, local);
    expect(throttle.value).toBe(32);
  });

  it('lets packets pass in proportion', () => {
    const throttle = new Throttle();
    throttle.value = 15;
    expect(admitted(throttle, 3200)).toBe(1600);
  });

  it('never opens beyond its limit', () => {
    const throttle = new Throttle();
    throttle.limit = 8;
    expect(throttle.value).toBe(8);
    throttle.follow(1, steadyLink());
    expect(throttle.value).toBe(8);
  });
});
