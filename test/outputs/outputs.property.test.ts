import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputMemory, OutputRecords } from '../../agent/appliance/outputs/memory.ts';
import { Outputs } from '../../agent/appliance/outputs/outputs.ts';
import { Property } from '../../agent/appliance/property.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { OutputPolicy } from '../../devices/thing.ts';
import { type Fate, FatedThing, type World } from './fated-thing.ts';

/*
 * The outputs of a daemon as it runs, with its timers, promises and memory, on hardware that is slow, late and fails. The
 * hardware itself is checked. That the rules hold in everything that can happen, see machine.property.test.ts.
 */
const runs = Number(process.env.OUTPUT_RUNS ?? 150);

const keep = { onStart: 'keep', onDisconnect: 'keep', onStop: 'keep' } as const;
const policies: Readonly<Record<string, OutputPolicy>> = {
  well: { ...keep, interlock: 'water', interlockWait: 700, maxOn: 3_000, minInterval: 1_500 },
  mains: { ...keep, onDisconnect: 'off', interlock: 'water', maxOn: 2_000 },
  strike: { ...keep, pulse: 400, maxOn: 1_000 },
  fridge: { ...keep, onStart: 'on', onDisconnect: 'on', minInterval: 2_000, maxOn: 5_000 },
};
const ids = Object.keys(policies);
const groupWait = 700;
/** The most attempts to switch one output off at a time. */
const mostOffs = 4;

class Daemon implements World {
  readonly things: readonly FatedThing[];
  readonly counts = { commands: 0, refused: 0, failed: 0, switchings: 0, starts: 0 };
  readonly #wentOffAt = new Map<string, number>();
  readonly #fates: readonly Fate[];
  #mended = false;
  #writes = 0;
  #time = new VirtualTime(1_000);
  #outputs: Outputs | undefined;
  #properties: readonly Property[] = [];
  #saved: OutputRecords = new Map();

  constructor(fates: readonly Fate[]) {
    this.#fates = fates;
    this.things = ids.map((id) => new FatedThing(id, policies[id]!, this));
  }

  now(): number {
    return this.#time.now();
  }

  after(ms: number, callback: () => void): void {
    this.#time.after(ms, callback);
  }

  nextFate(): Fate {
    return this.#mended ? atOnce : this.#fates[this.#writes++ % this.#fates.length]!;
  }

  switched(thing: FatedThing, issuedAt: number): void {
    const { id, on, policy } = thing;
    const now = this.now();
    this.counts.switchings++;
    if (!on) {
      this.#wentOffAt.set(id, now);
      return;
    }
    const wentOffAt = this.#wentOffAt.get(id) ?? -Infinity;
    // A late write that switches on may be overtaken by one that switches off.
    const overtaken = wentOffAt >= issuedAt;
    const rest = now - wentOffAt;
    check(overtaken || rest >= (policy.minInterval ?? 0), `${id} goes on ${rest} ms after it went off`);
    for (const other of this.things) {
      if (other === thing || policy.interlock === undefined || other.policy.interlock !== policy.interlock)
        continue;
      check(!other.on, `${id} and ${other.id} are on together`);
      const waited = now - (this.#wentOffAt.get(other.id) ?? -Infinity);
      check(waited >= groupWait, `${id} goes on ${waited} ms after ${other.id} went off`);
    }
  }

  async start(): Promise<void> {
    this.counts.starts++;
    const memory: OutputMemory = {
      fault: undefined,
      load: () => ({ outputs: this.#saved, asFound: false }),
      save: (records) => {
        this.#saved = structuredClone(records);
      },
    };
    const properties = this.things.map((thing) => new Property(thing, thing.properties[0]!));
    const log = { info() {}, warn() {} };
    const outputs = new Outputs({ properties, time: this.#time, memory, log, faults: new Map() });
    this.#properties = properties;
    this.#outputs = outputs;
    for (const [index, thing] of this.things.entries()) {
      await thing.start({
        reading: (_, reading) => outputs.seen(properties[index]!, { ...reading, seq: 1 }),
        fault() {},
        recovered() {},
      });
      thing.say('on', thing.on);
    }
    await this.advance(0);
  }

  /** SIGKILL: its timers and its writes are gone with it. */
  async kill(): Promise<void> {
    for (const thing of this.things) {
      await thing.stop();
      thing.orphan();
    }
    this.#time = new VirtualTime(this.now());
    this.#outputs = undefined;
  }

  async command(id: string, on: boolean): Promise<string | undefined> {
    const thing = this.things.find((one) => one.id === id)!;
    const { off } = thing.underWay;
    this.counts.commands++;
    let answer: string | undefined;
    const property = this.#properties.find((one) => one.thing === thing)!;
    this.#outputs!.command(property, on).catch(({ code }: { code: string }) => {
      answer = code;
      if (code.startsWith('ALLO_E_OUTPUT_')) this.counts.refused++;
      else this.counts.failed++;
    });
    await this.advance(0);
    if (!on && answer?.startsWith('ALLO_E_OUTPUT_'))
      check(off >= mostOffs, `${id} could not be switched off: ${answer}`);
    return answer;
  }

  placeLost(): void {
    this.#outputs!.placeLost();
  }

  placeJoined(): void {
    this.#outputs!.placeJoined();
  }

  mend(): void {
    this.#mended = true;
  }

  async advance(ms: number): Promise<void> {
    const end = this.now() + ms;
    // No longer than what trouble excuses.
    do {
      await this.#time.advance(Math.min(1_000, end - this.now()));
      if (this.#outputs) for (const thing of this.things) this.#checkLimit(thing);
    } while (this.now() < end);
  }

  #checkLimit({ id, on, since, limit, troubledAt, underWay }: FatedThing): void {
    const now = this.now();
    if (!on || now <= limit || underWay.off >= mostOffs) return;
    const excused = now <= troubledAt + 1_000;
    const fought = underWay.on > 0 && now <= Math.max(since, limit) + 1_000;
    check(excused || fought, `${id} is on ${now - limit} ms past its limit`);
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

type Happening = (daemon: Daemon) => unknown;

const told = <T>(what: string, arbitrary: fc.Arbitrary<T>, happen: (daemon: Daemon, value: T) => unknown) =>
  arbitrary.map((value): Happening => {
    const happening: Happening = (daemon) => happen(daemon, value);
    return Object.assign(happening, { toString: () => `${what} ${JSON.stringify(value)}` });
  });

const id = fc.constantFrom(...ids);
const ms = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 5_000 }));
const happenings = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: told('command', fc.tuple(id, fc.boolean()), (daemon, [of, on]) => daemon.command(of, on)),
    },
    { weight: 5, arbitrary: told('advance', ms, (daemon, time) => daemon.advance(time)) },
    { weight: 1, arbitrary: told('place lost', fc.constant(0), (daemon) => daemon.placeLost()) },
    { weight: 1, arbitrary: told('place joined', fc.constant(0), (daemon) => daemon.placeJoined()) },
    {
      weight: 1,
      arbitrary: told('killed for', ms, async (daemon, down) => {
        await daemon.kill();
        await daemon.advance(down);
        await daemon.start();
      }),
    },
  ),
  { minLength: 5, maxLength: 30 },
);

const atOnce: Fate = { effect: 0, end: 0, done: true };
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(atOnce) },
  {
    weight: 3,
    arbitrary: fc.tuple(ms, ms, fc.boolean()).map(([effect, more, done]) => ({
      effect,
      end: effect + more,
      done,
    })),
  },
  { weight: 2, arbitrary: ms.map((end) => ({ effect: undefined, end, done: false })) },
  { weight: 1, arbitrary: ms.map((effect) => ({ effect, end: undefined, done: false })) },
);

describe('the outputs of a running daemon', { timeout: 180_000 + runs * 2_000 }, () => {
  it('keep their rules on hardware that is slow, late and fails, and obey again once it works', async () => {
    const counts: Record<string, number> = { sequences: 0 };
    await fc.assert(
      fc.asyncProperty(happenings, fc.array(fate, { minLength: 1, maxLength: 10 }), async (what, how) => {
        const daemon = new Daemon(how);
        await daemon.start();
        for (const happen of what) await happen(daemon);
        daemon.mend();
        await daemon.kill();
        await daemon.start();
        daemon.placeJoined();
        await daemon.advance(12_000);
        for (const thing of daemon.things) {
          await daemon.command(thing.id, false);
          await daemon.advance(2_000);
          expect(await daemon.command(thing.id, true)).toBeUndefined();
          expect(thing.on).toBe(true);
          expect(await daemon.command(thing.id, false)).toBeUndefined();
          expect(thing.on).toBe(false);
        }
        for (const [name, count] of Object.entries({ ...daemon.counts, sequences: 1 }))
          counts[name] = (counts[name] ?? 0) + count;
      }),
      { numRuns: runs, seed: Number(process.env.OUTPUT_SEED ?? 1) },
    );
    console.log('    running:', counts);
    expect(counts.switchings).toBeGreaterThan(runs);
    expect(counts.failed).toBeGreaterThan(0);
  });
});
