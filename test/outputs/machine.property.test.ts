import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputPolicy } from '../../devices/thing.ts';
import { type Fate, Plant } from './plant.ts';

/*
 * Sequences of everything that can happen to outputs, on simulated hardware that is checked itself: see plant.ts. The
 * number of sequences is raised with OUTPUT_RUNS, and others are tried with OUTPUT_SEED.
 */
const runs = Number(process.env.OUTPUT_RUNS ?? 250);
const seed = Number(process.env.OUTPUT_SEED ?? 1);

const keys = ['a', 'b', 'c', 'd'] as const;

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const policy: fc.Arbitrary<OutputPolicy> = fc
  .record({
    onStart: fc.constantFrom('on', 'off', 'keep'),
    onDisconnect: fc.constantFrom('on', 'off', 'keep'),
    onStop: fc.constantFrom('on', 'off', 'keep'),
    maxOn: some(fc.integer({ min: 300, max: 20_000 })),
    pulse: some(fc.integer({ min: 100, max: 5_000 })),
    minInterval: some(fc.integer({ min: 50, max: 4_000 })),
    interlock: fc.constantFrom('x', 'x', 'y', undefined),
    interlockWait: some(fc.integer({ min: 1, max: 3_000 })),
  })
  .map(({ maxOn, pulse, minInterval, interlock, interlockWait, onStop, ...rest }) => ({
    ...rest,
    onStop: onStop === 'on' && (maxOn ?? pulse) !== undefined ? 'off' : onStop,
    ...(maxOn !== undefined && { maxOn }),
    ...(pulse !== undefined && { pulse: Math.min(pulse, maxOn ?? pulse) }),
    ...(minInterval !== undefined && { minInterval }),
    ...(interlock !== undefined && { interlock }),
    ...(interlock !== undefined && interlockWait !== undefined && { interlockWait }),
  }));

/** As the configuration lets them be: of a group, one is switched on by each rule. */
const policies = fc.tuple(policy, policy, policy, policy).map((all) => {
  const taken = new Set<string>();
  const once = (rule: string, group: string | undefined, what: 'on' | 'off' | 'keep') => {
    if (what !== 'on' || group === undefined) return what;
    if (taken.has(rule + group)) return 'off';
    taken.add(rule + group);
    return what;
  };
  return new Map(
    all.map((one, index): [string, OutputPolicy] => [
      keys[index]!,
      {
        ...one,
        onStart: once('start', one.interlock, one.onStart),
        onDisconnect: once('disconnect', one.interlock, one.onDisconnect),
        onStop: once('stop', one.interlock, one.onStop),
      },
    ]),
  );
});

const key = fc.constantFrom(...keys);
const short = fc.integer({ min: 0, max: 500 });
const time = fc.oneof(short, fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 30_000 }));

type Happening = (plant: Plant) => void;

const told = <T>(what: string, arbitrary: fc.Arbitrary<T>, happen: (plant: Plant, value: T) => void) =>
  arbitrary.map((value): Happening => {
    const happening: Happening = (plant) => happen(plant, value);
    return Object.assign(happening, { toString: () => `${what} ${JSON.stringify(value)}` });
  });

const commands = told(
  'command',
  fc.tuple(key, fc.boolean()),
  (plant, [of, on]) => void plant.command(of, on),
);
const passing = told('advance', time, (plant, ms) => plant.advance(ms));

const people = [
  { weight: 8, arbitrary: commands },
  { weight: 6, arbitrary: passing },
];
const turningPoints = [
  { weight: 1, arbitrary: told('place lost', fc.constant(0), (plant) => plant.placeLost()) },
  { weight: 1, arbitrary: told('place joined', fc.constant(0), (plant) => plant.placeJoined()) },
  {
    weight: 2,
    arbitrary: told(
      'killed for',
      time,
      restart((plant) => plant.kill()),
    ),
  },
  {
    weight: 1,
    arbitrary: told(
      'stopped for',
      time,
      restart((plant) => plant.stop(false)),
    ),
  },
  {
    weight: 1,
    arbitrary: told(
      'upgraded in',
      time,
      restart((plant) => plant.stop(true)),
    ),
  },
  {
    weight: 1,
    arbitrary: told(
      'rebooted in',
      time,
      restart((plant) => plant.reboot()),
    ),
  },
];
const trouble = [
  {
    weight: 3,
    arbitrary: told('others', fc.tuple(key, fc.boolean(), short), (plant, what) => plant.others(...what)),
  },
  { weight: 1, arbitrary: told('breaks', key, (plant, of) => plant.breaks(of)) },
  { weight: 2, arbitrary: told('recovers', key, (plant, of) => plant.recovers(of)) },
  { weight: 1, arbitrary: told('late timers', time, (plant, ms) => plant.freeze(ms)) },
  {
    weight: 1,
    arbitrary: told('memory', fc.constantFrom('good', 'gone', 'stale'), (plant, state) =>
      plant.memory(state),
    ),
  },
];

function restart(end: (plant: Plant) => void) {
  return (plant: Plant, down: number) => {
    end(plant);
    plant.advance(down);
    plant.start();
  };
}

const atOnce: Fate = { effect: 0, end: 0, done: true };
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(atOnce) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(short, fc.integer({ min: 0, max: 2_000 }), fc.boolean())
      .map(([effect, more, done]) => ({ effect, end: effect + more, done })),
  },
  { weight: 2, arbitrary: short.map((end) => ({ effect: undefined, end, done: false })) },
  { weight: 1, arbitrary: some(short).map((effect) => ({ effect, end: undefined, done: false })) },
);

const sequence = (...happenings: (typeof people)[]) =>
  fc.array(fc.oneof(...happenings.flat()), { minLength: 1, maxLength: 60, size: 'max' });

type Counts = Plant['counts'] & { sequences: number };

function run(
  happenings: fc.Arbitrary<readonly Happening[]>,
  fates: fc.Arbitrary<readonly Fate[]>,
  after: (plant: Plant) => void = () => {},
): Counts {
  const counts: Record<string, number> = { sequences: 0 };
  fc.assert(
    fc.property(policies, happenings, fates, (given, what, how) => {
      const plant = new Plant(given, how);
      for (const happen of what) happen(plant);
      plant.advance(60_000);
      after(plant);
      for (const [name, count] of Object.entries({ ...plant.counts, sequences: 1 }))
        counts[name] = (counts[name] ?? 0) + count;
    }),
    { numRuns: runs, seed },
  );
  return counts as unknown as Counts;
}

describe('the rules of outputs, whatever happens', { timeout: 180_000 + runs * 300 }, () => {
  it('hold to the millisecond on hardware that does as it is told', () => {
    const counts = run(sequence(people, turningPoints), fc.constant([atOnce]));
    console.log('    in order:', counts);
    expect(counts.overlapsByOthers).toBe(0);
    expect(counts.accepted).toBeGreaterThan(runs);
    expect(counts.refused).toBeGreaterThan(runs);
  });

  it('hold within a second of what kept them from it: slow, failing and lying hardware, other programs, lost memory', () => {
    const fates = fc.array(fate, { minLength: 1, maxLength: 12 });
    const counts = run(sequence(people, turningPoints, trouble), fates);
    console.log('    in trouble:', counts);
    expect(counts.accepted).toBeGreaterThan(runs);
  });

  it('let everything be switched again once the trouble is over', () => {
    const fates = fc.array(fate, { minLength: 1, maxLength: 12 });
    run(sequence(people, turningPoints, trouble), fates, (plant) => {
      for (const of of keys) plant.recovers(of);
      plant.mend();
      plant.memory('good');
      plant.reboot();
      plant.start();
      plant.placeJoined();
      plant.advance(60_000);
      for (const of of keys) plant.command(of, false);
      for (const of of keys) {
        plant.advance(60_000);
        expect(plant.command(of, true)).toBeUndefined();
        expect(plant.lines.get(of)!.on).toBe(true);
        plant.advance(60_000);
        expect(plant.command(of, false)).toBeUndefined();
        expect(plant.lines.get(of)!.on).toBe(false);
      }
    });
  });
});
