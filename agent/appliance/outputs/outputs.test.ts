import { beforeEach, describe, expect, it } from 'vitest';
import type { OutputPolicy, Reading, Value } from '../../../devices/thing.ts';
import { lamp, type ScriptedThing } from '../../../test/support/scripted-thing.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import { Property } from '../property.ts';
import type { OutputMemory, OutputRecords, Remembered } from './memory.ts';
import { Outputs } from './outputs.ts';

let time: VirtualTime;
let log: string[];
let memory: KeptInTest;
let faults: Map<string, { reason: string }>;

/** Remembers, unless the test has it fail. */
class KeptInTest implements OutputMemory {
  saved: OutputRecords = new Map();
  saves = 0;
  failing = false;

  get fault() {
    return this.failing ? ({ code: 'ALLO_E_OUTPUT_MEMORY', reason: 'the disk is full' } as const) : undefined;
  }
  load(): Remembered {
    return { outputs: this.saved, asFound: false };
  }
  save(outputs: OutputRecords): void {
    this.saves++;
    if (!this.failing) this.saved = structuredClone(outputs);
  }
}

beforeEach(() => {
  time = new VirtualTime(100_000);
  log = [];
  memory = new KeptInTest();
  faults = new Map();
});

/** A daemon with these lamps, which tell how they are as it starts. */
async function started(policies: Readonly<Record<string, Partial<OutputPolicy>>>, found = false) {
  const things = Object.entries(policies).map(([id, policy]) => lamp(id, () => time.now(), policy));
  const properties = things.map((thing) => new Property(thing, thing.properties[0]!));
  const outputs = new Outputs({
    properties,
    time,
    memory,
    faults,
    log: {
      info: (fields, message) => log.push(`${message} ${JSON.stringify(fields)}`),
      warn: (fields, message) => log.push(`${message} ${JSON.stringify(fields)}`),
    },
  });
  const seq = { seq: 1 };
  const asFound = things.filter((thing) => outputs.asFound(thing).has('on')).map(({ id }) => id);
  for (const [index, thing] of things.entries()) {
    const property = properties[index]!;
    await thing.start({
      reading: (_, reading) => outputs.seen(property, { ...reading, ...seq }),
      fault: () => {},
      recovered: () => {},
    });
    thing.say('on', found);
  }
  const of = (id: string) => properties.find(({ thing }) => thing.id === id)!;
  const command = (id: string, on: boolean) => outputs.command(of(id), on);
  const thing = (id: string) => of(id).thing as ScriptedThing;
  return { outputs, command, thing, of, asFound };
}

/** Why a command is refused. */
const refusal = (answer: Promise<Reading>): Promise<{ code: string; message: string } | undefined> =>
  answer.then(
    () => undefined,
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );

describe('an output that is commanded', () => {
  it('answers with the reading of the hardware', async () => {
    const { command, thing } = await started({ pump: {} });
    expect(await command('pump', true)).toMatchObject({ value: true, quality: 'good' });
    expect(await command('pump', false)).toMatchObject({ value: false });
    expect(thing('pump').written).toEqual([true, false]);
  });

  it('goes off after max_on, which saying on again does not prolong, and tells when', async () => {
    const { command, thing, outputs } = await started({ pump: { maxOn: 10_000 } });
    await command('pump', true);
    expect(outputs.stateOf('pump.on')).toEqual({ offAt: 110_000 });
    await time.advance(9_000);
    await command('pump', true);
    expect(thing('pump').written).toEqual([true, true]);
    await time.advance(1_000);
    expect(thing('pump').written).toEqual([true, true, false]);
    expect(log).toEqual([
      'output switched by its own policy {"property":"pump.on","on":false,"why":"max_on"}',
    ]);
    expect(outputs.stateOf('pump.on')).toBeUndefined();
    expect(time.pending).toBe(0);
  });

  it('goes off after its pulse, which saying on again begins anew, within max_on', async () => {
    const { command, thing, outputs } = await started({ strike: { pulse: 3_000, maxOn: 5_000 } });
    await command('strike', true);
    await time.advance(2_000);
    await command('strike', true);
    expect(outputs.stateOf('strike.on')).toEqual({ offAt: 105_000 });
    await time.advance(2_999);
    expect(thing('strike').written).toEqual([true, true]);
    await time.advance(1);
    expect(thing('strike').written).toEqual([true, true, false]);
  });

  it('is told to go off each second until it does, and the log says so once', async () => {
    const { command, thing } = await started({ pump: { maxOn: 10_000 } });
    await command('pump', true);
    thing('pump').refusal = 'the relay sticks';
    await time.advance(13_000);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('the relay sticks');
    thing('pump').refusal = undefined;
    await time.advance(1_000);
    expect(thing('pump').written).toEqual([true, false]);
  });

  it('is switched off where switching it on failed: it may be on', async () => {
    const { command, thing } = await started({ pump: {} });
    thing('pump').refusal = 'the line is busy';
    expect(await refusal(command('pump', true))).toMatchObject({ message: 'the line is busy' });
    thing('pump').refusal = undefined;
    expect(await refusal(command('pump', true))).toMatchObject({
      code: 'ALLO_E_OUTPUT_BUSY',
      message: 'pump is still being switched off (failure)',
    });
    await time.advance(1_000);
    expect(thing('pump').written).toEqual([false]);
    await command('pump', true);
  });

  it('is not switched on while its line is lost, for the reason of the line', async () => {
    const { command, outputs, of } = await started({ pump: {} });
    faults.set('pump', { reason: 'there is no GPIO17' });
    outputs.seen(of('pump'), { value: false, time: time.now(), quality: 'fault', seq: 2 });
    expect(await refusal(command('pump', true))).toEqual({
      code: 'ALLO_E_OUTPUT_LOST',
      message: 'pump cannot be switched on: there is no GPIO17',
    });
  });

  it('goes on again once it has been off for min_interval, and off at any time', async () => {
    const { command, thing, outputs } = await started({ fridge: { minInterval: 60_000, maxOn: 10_000 } });
    expect(await refusal(command('fridge', true))).toEqual({
      code: 'ALLO_E_OUTPUT_WAIT',
      message: 'fridge waits 60 s more: it has been off for less than min_interval',
    });
    await time.advance(60_000);
    await command('fridge', true);
    await time.advance(4_000);
    expect(outputs.stateOf('fridge.on')).toEqual({ offAt: 170_000 });
    await command('fridge', false);
    expect((await refusal(command('fridge', true)))?.message).toContain('fridge waits 60 s more');
    expect(outputs.stateOf('fridge.on')).toMatchObject({ locked: { until: 224_000 } });
    await time.advance(60_000);
    await command('fridge', true);
    await time.advance(10_000);
    expect(thing('fridge').written).toEqual([true, false, true, false]);
  });
});

describe('writes that end late', () => {
  it('prove nothing while the line is still going on: it is told once more', async () => {
    const { command, thing, outputs } = await started({ pump: {} });
    const ends: (() => void)[] = [];
    const write = thing('pump').write.bind(thing('pump'));
    thing('pump').write = (property: string, value: Value) =>
      new Promise((resolve) => ends.push(() => resolve(write(property, value))));
    const on = command('pump', true);
    expect((await refusal(command('pump', true)))?.message).toBe('pump is being switched at this moment');
    const off = command('pump', false);
    ends[0]!();
    await on;
    await time.advance(1);
    ends[1]!();
    await off;
    expect((await refusal(command('pump', true)))?.code).toBe('ALLO_E_OUTPUT_BUSY');
    await time.advance(1);
    ends[2]!();
    await time.advance(0);
    expect(thing('pump').written).toEqual([true, false, false]);
    expect(outputs.stateOf('pump.on')).toBeUndefined();
  });
});

describe('outputs of an interlock group', () => {
  const group = { interlock: 'water', interlockWait: 5_000 };

  it('refuse to go on while another is on, and for the wait after it', async () => {
    const { command, outputs, thing } = await started({ valve_a: group, pump: { interlock: 'water' } });
    await time.advance(5_000);
    await command('valve_a', true);
    expect(await refusal(command('pump', true))).toEqual({
      code: 'ALLO_E_OUTPUT_INTERLOCK',
      message: 'pump stays off: valve_a of the same interlock group is on',
    });
    expect(outputs.stateOf('pump.on')?.locked?.until).toBeUndefined();
    await command('valve_a', false);
    await time.advance(800);
    expect(await refusal(command('pump', true))).toEqual({
      code: 'ALLO_E_OUTPUT_WAIT',
      message: 'pump waits 4.2 s more: valve_a of the same interlock group was on',
    });
    expect(outputs.stateOf('pump.on')?.locked?.until).toBe(110_000);
    await time.advance(4_200);
    await command('pump', true);
    expect(thing('pump').written).toEqual([true]);
  });

  it('refuse to go on while nobody knows how another is', async () => {
    const { command, outputs, of } = await started({ a: { interlock: 'x' }, b: { interlock: 'x' } });
    faults.set('a', { reason: 'the chip is gone' });
    outputs.seen(of('a'), { value: false, time: time.now(), quality: 'fault', seq: 2 });
    expect(await refusal(command('b', true))).toEqual({
      code: 'ALLO_E_OUTPUT_INTERLOCK',
      message: 'b stays off: nobody knows whether a of the same interlock group is off: the chip is gone',
    });
  });

  it('never call one off that is on, and told so again', async () => {
    const { command, outputs, of } = await started({ a: group, b: group });
    await time.advance(5_000);
    await command('b', true);
    faults.set('a', { reason: 'the chip is gone' });
    outputs.seen(of('a'), { value: null, time: time.now(), quality: 'fault', seq: 2 });
    expect((await refusal(command('b', true)))?.message).toBe(
      'b is not told to go on again: nobody knows whether a of the same interlock group is off: the chip is gone',
    );
    await time.advance(1);
    outputs.seen(of('a'), { value: false, time: time.now(), quality: 'good', seq: 3 });
    expect((await refusal(command('b', true)))?.message).toBe(
      'b is not told to go on again for 5.0 s: a of the same interlock group was on',
    );
  });

  it('all go off where two are found on', async () => {
    const { command, thing } = await started({ a: { interlock: 'x' }, b: { interlock: 'x' } });
    await command('a', true);
    await time.advance(1);
    thing('b').say('on', true);
    await time.advance(0);
    expect([thing('a').written, thing('b').written]).toEqual([[true, false], [false]]);
    expect(log.join()).toContain('"why":"interlock"');
  });
});

describe('at the turning points of the daemon', () => {
  it('does what on_disconnect says until it is so, and nothing when the place is back', async () => {
    const { outputs, thing } = await started({
      heater: { onDisconnect: 'off' },
      vent: { onDisconnect: 'on' },
    });
    thing('heater').refusal = 'busy';
    outputs.placeLost();
    await time.advance(2_500);
    expect(thing('vent').written).toEqual([true]);
    thing('heater').refusal = undefined;
    await time.advance(1_000);
    expect(thing('heater').written).toEqual([false]);
    outputs.placeJoined();
    await time.advance(60_000);
    expect([thing('heater').written, thing('vent').written]).toEqual([[false], [true]]);
  });

  it('gives up what on_disconnect says once the place is back', async () => {
    const { outputs, thing } = await started({ heater: { onDisconnect: 'off' } });
    thing('heater').refusal = 'busy';
    outputs.placeLost();
    await time.advance(1_500);
    outputs.placeJoined();
    thing('heater').refusal = undefined;
    await time.advance(60_000);
    expect(thing('heater').written).toEqual([]);
  });

  it('does what on_stop says and refuses every command then, without waiting for ever', async () => {
    const { outputs, thing, command } = await started({ pump: { onStop: 'off' }, lamp: {} });
    thing('pump').write = () => new Promise(() => {});
    const stopped = outputs.stopping(false);
    expect(await refusal(command('lamp', true))).toMatchObject({ code: 'ALLO_E_OUTPUT_STOPPING' });
    await time.advance(1_000);
    await stopped;
    expect(time.pending).toBe(0);
  });

  it('leaves everything as it is where another daemon goes on with it', async () => {
    const { outputs, thing, command } = await started({ pump: { onStop: 'off', maxOn: 10_000 } });
    await command('pump', true);
    await outputs.stopping(true);
    await time.advance(60_000);
    expect(thing('pump').written).toEqual([true]);
  });
});

describe('a restart of the daemon', () => {
  it('applies on_start at the first start of a boot and to what is new, and never again', async () => {
    const policy = { pump: { onStart: 'on' } } as const;
    expect((await started(policy)).asFound).toEqual([]);
    expect((await started({ ...policy, fan: { onStart: 'on' } })).asFound).toEqual(['pump']);
  });

  it('holds the deadline that was, and switches off at once what is past it', async () => {
    const policy = { pump: { maxOn: 10_000 } };
    const { command } = await started(policy);
    await command('pump', true);
    await time.advance(4_000);
    // The one before was killed: its timers are none of this one's.
    const killed = time.now();
    time = new VirtualTime(killed + 2_000);
    const second = await started(policy, true);
    expect(second.outputs.stateOf('pump.on')).toEqual({ offAt: 110_000 });
    time = new VirtualTime(killed + 60_000);
    const third = await started(policy, true);
    await time.advance(0);
    expect(third.thing('pump').written).toEqual([false]);
  });

  it('counts from the start where nothing is known of an output that is on', async () => {
    const { outputs } = await started({ pump: { maxOn: 10_000 } }, true);
    expect(outputs.stateOf('pump.on')).toEqual({ offAt: 110_000 });
  });

  it('switches on by rule what on_start may not yet, even if the daemon is killed meanwhile', async () => {
    const policy = { fridge: { onStart: 'on', minInterval: 30_000 } } as const;
    await started(policy);
    time = new VirtualTime(110_000);
    const { thing } = await started(policy);
    await time.advance(19_999);
    expect(thing('fridge').written).toEqual([]);
    await time.advance(1);
    expect(thing('fridge').written).toEqual([true]);
  });
});

describe('the memory of outputs', () => {
  it('is written before the hardware, and only where something is switched', async () => {
    const { command, thing } = await started({ pump: { maxOn: 10_000 } });
    const { saves } = memory;
    thing('pump').say('on', false);
    expect(memory.saves).toBe(saves);
    let known: OutputRecords | undefined;
    const write = thing('pump').write.bind(thing('pump'));
    thing('pump').write = (property: string, value: Value) => {
      known = memory.saved;
      return write(property, value);
    };
    await command('pump', true);
    expect(known?.get('pump.on')).toMatchObject({ onSince: 100_000 });
    expect(memory.saves).toBe(saves + 1);
  });

  it('shows that it fails, and is tried again', async () => {
    const { command, outputs } = await started({ pump: {} });
    memory.failing = true;
    await command('pump', true);
    expect(outputs.fault).toMatchObject({ code: 'ALLO_E_OUTPUT_MEMORY', reason: 'the disk is full' });
    memory.failing = false;
    await time.advance(10_000);
    expect(outputs.fault).toBeUndefined();
    expect(memory.saved.get('pump.on')).toMatchObject({ onSince: 100_000 });
    expect(log.map((line) => line.replace(/ \{.*/, ''))).toEqual([
      'outputs are not remembered',
      'outputs are remembered again',
    ]);
  });
});
