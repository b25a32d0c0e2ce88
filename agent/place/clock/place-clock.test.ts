import { describe, expect, test } from 'vitest';
import { cut, type Network, networks } from '../../../test/place/clock-simulation.ts';
import { seededRandom } from '../../enet/index.ts';
import { PlaceClock } from './place-clock.ts';

/** A clock on a network to a place whose clock is `place.offset` ms ahead; one second at a time. */
class Bench {
  readonly clock = new PlaceClock();
  readonly place = { offset: 40_000_000, truncation: 0 };
  readonly #random: () => number;
  readonly #network: Network;
  now = 1_000_000;

  constructor(network: Network = networks.wired, seed = 1) {
    this.#network = network;
    this.#random = seededRandom(seed);
  }

  /** Sends a probe and takes its answer; a second later it is `now`. */
  second() {
    const carried = this.clock.probe(this.now);
    const stamped = this.now + this.#network(this.#random);
    const received = stamped + this.#network(this.#random);
    const stamp = cut(stamped + this.place.offset, this.place.truncation);
    this.now += 1_000;
    return { ...this.clock.answer(carried, stamp / 1e3, received), received };
  }

  seconds(count: number): void {
    for (let i = 0; i < count; i++) this.second();
  }

  silence(ms: number): void {
    this.now += ms;
  }

  /** Milliseconds by which the clock is wrong now. */
  error(at = this.now): number {
    return Math.abs(this.clock.placeTime(at)! * 1e3 - at - this.place.offset);
  }

  bound(at = this.now): number {
    return this.clock.errorBound(at) * 1e3;
  }
}

describe('before the first answer', () => {
  test('there is no place time, and the error may be anything', () => {
    const clock = new PlaceClock();
    clock.probe(1_000);
    expect(clock.state(1_000)).toBe('unsynchronised');
    expect(clock.placeTime(1_000)).toBeUndefined();
    expect(clock.toPlaceTime(500)).toBeUndefined();
    expect(clock.errorBound(1_000)).toBe(Number.POSITIVE_INFINITY);
    expect(clock.offset).toBeUndefined();
    expect(clock.skewPpm).toBeUndefined();
    expect(clock.roundTrip).toBeUndefined();
  });
});

describe('with the first answer', () => {
  test('the clock is at the midpoint, and says how far that can be off', () => {
    const clock = new PlaceClock();
    const carried = clock.probe(1_000_000);
    expect(carried).toBe(1_000);
    expect(clock.answer(carried, 5_000, 1_000_040)).toEqual({ outcome: 'synchronised' });
    expect(clock.state(1_000_040)).toBe('synchronised');
    expect(clock.placeTime(1_000_040)).toBeCloseTo(5_000.02, 2);
    expect(clock.errorBound(1_000_040)).toBeCloseTo(0.02, 2);
    expect(clock.roundTrip).toBeCloseTo(0.04, 6);
    expect(clock.offset).toBeCloseTo(4_000 - 0.02, 2);
  });

  test('moments before it have a place time too', () => {
    const bench = new Bench();
    const before = bench.now - 30_000;
    bench.second();
    expect(Math.abs(bench.clock.toPlaceTime(before)! * 1e3 - before - bench.place.offset)).toBeLessThan(0.2);
  });
});

describe('place time', () => {
  test('never goes back, and never runs faster or slower than slewing allows', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const bench = new Bench(networks['busy Wi-Fi'], seed);
      let worst = 0;
      bench.second();
      for (let second = 0; second < 200; second++) {
        const { received } = bench.second();
        let before = bench.clock.placeTime(received)!;
        for (let at = received + 10; at < received + 600; at += 10) {
          const time = bench.clock.placeTime(at)!;
          worst = Math.max(worst, Math.abs((time - before) / 0.01 - 1));
          before = time;
        }
      }
      expect(worst).toBeLessThan(0.051);
    }
  });

  test('of a past moment is what it was then', () => {
    const bench = new Bench(networks['quiet Wi-Fi']);
    bench.seconds(10);
    const moment = bench.now;
    const then = bench.clock.placeTime(moment)!;
    bench.seconds(20);
    expect(bench.clock.toPlaceTime(moment)).toBeCloseTo(then, 9);
  });
});

describe('a step of the place clock', () => {
  test.each(Object.entries(networks))('is followed within three probes on %s', (_, network) => {
    for (let seed = 1; seed <= 100; seed++) {
      const bench = new Bench(network, seed);
      bench.seconds(seed);
      bench.place.offset = -1_000_000 + seed;
      bench.place.truncation = seed % 2;
      const outcomes = [bench.second(), bench.second(), bench.second()].map(({ outcome }) => outcome);
      expect(outcomes).toEqual(['suspected', 'stepped', 'used']);
      expect(bench.error()).toBeLessThanOrEqual(bench.bound());
      expect(bench.bound()).toBeLessThan(600);
    }
  });

  test('of the same place after a holdover is followed as well', () => {
    const bench = new Bench();
    bench.seconds(60);
    bench.silence(3_600_000);
    bench.place.offset = 12_345;
    expect(bench.second().outcome).toBe('suspected');
    expect(bench.clock.state(bench.now)).toBe('holdover');
    expect(bench.second().outcome).toBe('stepped');
    expect(bench.clock.state(bench.now)).toBe('synchronised');
    expect(bench.error()).toBeLessThan(0.5);
  });

  test.each([-30, 30])('of only %d ms is slewed, so that nothing goes back', (step) => {
    const bench = new Bench();
    bench.seconds(60);
    bench.place.offset += step;
    bench.second();
    const { outcome, received } = bench.second();
    expect(outcome).toBe('used');
    expect(bench.error(received + 1_000)).toBeLessThan(0.2);
    expect(bench.clock.placeTime(received + 10)!).toBeGreaterThan(bench.clock.placeTime(received)!);
  });

  test('is not seen in one wrong answer', () => {
    const bench = new Bench();
    bench.seconds(60);
    bench.place.offset += 5_000;
    expect(bench.second().outcome).toBe('suspected');
    bench.place.offset -= 5_000;
    expect(bench.second().outcome).toBe('used');
    expect(bench.error()).toBeLessThan(0.2);
  });
});

describe('silence', () => {
  test('of more than ten seconds is a holdover, which the next answer ends', () => {
    const bench = new Bench();
    bench.seconds(120);
    const last = bench.second().received;
    expect(bench.clock.state(last + 10_000)).toBe('synchronised');
    expect(bench.clock.state(last + 10_001)).toBe('holdover');
    const before = bench.bound(last);
    bench.silence(60_000);
    expect(bench.bound()).toBeGreaterThan(before);
    expect(bench.error()).toBeLessThan(0.1);
    expect(bench.second().outcome).toBe('synchronised');
    expect(bench.second().outcome).toBe('used');
  });
});

describe('answers that cannot be', () => {
  test.each([
    ['not_finite', 1_000, Number.NaN],
    ['not_finite', 1_000, Number.NEGATIVE_INFINITY],
    ['not_finite', 1_000, 1e300],
    ['not_finite', Number.NaN, 5],
    ['from_the_future', 2_000, 5],
    ['never_sent', 999, 5],
  ])('are ignored: %s', (reason, clientClock, serverClock) => {
    const clock = new PlaceClock();
    clock.probe(1_000_000);
    expect(clock.answer(clientClock, serverClock, 1_000_010)).toEqual({ outcome: 'ignored', reason });
    expect(clock.state(1_000_010)).toBe('unsynchronised');
  });

  test('are ignored the second time', () => {
    const clock = new PlaceClock();
    const carried = clock.probe(1_000_000);
    clock.answer(carried, 5, 1_000_010);
    expect(clock.answer(carried, 5, 1_000_020)).toEqual({ outcome: 'ignored', reason: 'duplicate' });
  });

  test('in a flood harm nothing', () => {
    const random = seededRandom(5);
    const bench = new Bench();
    bench.seconds(30);
    const wild = () => [random() * 2_000, -random() * 1e20, Number.NaN, 1e308, 0][Math.floor(random() * 5)]!;
    for (let i = 0; i < 10_000; i++) {
      expect(bench.clock.answer(wild(), wild(), bench.now).outcome).toBe('ignored');
    }
    expect(bench.second().outcome).toBe('used');
    expect(bench.error()).toBeLessThan(0.2);
  });

  test('to true probes are never believed while they agree with nothing', () => {
    const random = seededRandom(6);
    const bench = new Bench();
    bench.seconds(30);
    const offset = bench.place.offset;
    for (let i = 0; i < 100; i++) {
      bench.place.offset = (random() - 0.5) * 1e12;
      expect(bench.second().outcome).toBe('suspected');
    }
    bench.place.offset = offset;
    expect(bench.second().outcome).toBe('synchronised');
    expect(bench.error()).toBeLessThan(0.2);
  });
});
