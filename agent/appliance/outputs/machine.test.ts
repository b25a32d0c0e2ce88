import { describe, expect, it } from 'vitest';
import { causes, keepAll, machineOf, refusalOf } from '../../../test/outputs/read-off.ts';
import { type Drive, OutputMachine } from './machine.ts';

/*
 * What is rare among random sequences. That the rules hold in all of them, see test/outputs.
 */
describe('the machine of outputs', () => {
  it('does not take an off for the truth that was read while the line was going on', () => {
    const machine = machineOf({ a: { interlock: 'x' }, b: { interlock: 'x' } });
    const { write } = machine.react({ type: 'command', key: 'a', on: true }, 10).drives[0]!;
    causes(machine, 'a', false, 11, 11);
    expect(refusalOf(machine, 'b', 12)).toBe('interlock');
    machine.react({ type: 'settled', key: 'a', write, done: true }, 20);
    causes(machine, 'a', false, 19, 21);
    expect(refusalOf(machine, 'b', 22)).toBe('interlock');
    causes(machine, 'a', false, 21, 23);
    expect(refusalOf(machine, 'b', 24)).toBeUndefined();
  });

  it('does not take an on for the truth that was read before the line was off', () => {
    const machine = machineOf({ a: { interlock: 'x' }, b: { interlock: 'x' } });
    causes(machine, 'a', true, 0.5, 2);
    expect(refusalOf(machine, 'b', 3)).toBeUndefined();
  });

  it('counts max_on from when the line was lost where it comes back on', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    causes(machine, 'a', undefined, 100, 100);
    expect(causes(machine, 'a', true, 5_000, 5_000)).toEqual(['max_on']);
  });

  it('counts max_on from when the line was seen to be on, though that is heard after it was lost', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    const { write } = machine.react({ type: 'command', key: 'a', on: false }, 100).drives[0]!;
    machine.react({ type: 'settled', key: 'a', write, done: false }, 400);
    causes(machine, 'a', true, 200, 500);
    expect(machine.deadline).toBe(1_200);
  });

  it('counts max_on from when somebody else switched it on, though it was told to go on before that was heard', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    const { write } = machine.react({ type: 'command', key: 'a', on: true }, 300).drives[0]!;
    machine.react({ type: 'settled', key: 'a', write, done: true }, 300);
    causes(machine, 'a', true, 0.5, 400);
    expect(machine.deadline).toBe(1_300);
    causes(machine, 'a', true, 200, 500);
    expect(machine.deadline).toBe(1_200);
  });

  it('gives up what on_disconnect wants on once somebody switches another of the group', () => {
    const machine = machineOf({
      a: { interlock: 'x', minInterval: 500, onDisconnect: 'on' },
      b: { interlock: 'x' },
    });
    machine.react({ type: 'place-lost' }, 100);
    const [off] = machine.react({ type: 'command', key: 'b', on: false }, 200).drives;
    machine.react({ type: 'settled', key: 'b', write: off!.write, done: true }, 200);
    expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
  });

  it('does not switch on what on_disconnect wants on and somebody has switched on meanwhile', () => {
    const machine = machineOf({
      a: { interlock: 'x', interlockWait: 500, onDisconnect: 'on' },
      b: { interlock: 'x' },
    });
    machine.react({ type: 'place-lost' }, 100);
    expect(causes(machine, 'a', true, 200, 200)).toEqual([]);
    expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
    causes(machine, 'a', false, 1_100, 1_100);
    expect(machine.react({ type: 'time' }, 2_000).drives).toEqual([]);
  });

  it('switches off at once what somebody wants off, whatever rules there are', () => {
    const machine = machineOf({ a: { minInterval: 60_000, interlock: 'x' }, b: { interlock: 'x' } });
    causes(machine, 'a', true, 10, 10);
    const { drives, refusal } = machine.react({ type: 'command', key: 'a', on: false }, 11);
    expect(refusal).toBeUndefined();
    expect(drives).toMatchObject([{ key: 'a', on: false, why: 'command' }]);
    machine.react({ type: 'settled', key: 'a', write: drives[0]!.write, done: true }, 12);
    expect(machine.refusalOf('a', 12)).toEqual({ why: 'min-interval', until: 60_012 });
  });

  it('counts max_on from when an output came on, however late that is known and however often it is said', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    causes(machine, 'a', true, 100, 300);
    machine.react({ type: 'command', key: 'a', on: true }, 900);
    expect(machine.deadline).toBe(1_100);
  });

  it('carries out what is due before a command that comes with it', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    causes(machine, 'a', true, 100, 100);
    const { drives, refusal } = machine.react({ type: 'command', key: 'a', on: true }, 2_000);
    expect(drives.map(({ on, why }) => [on, why])).toEqual([[false, 'max_on']]);
    expect(refusal).toEqual({ why: 'going-off', cause: 'max_on' });
  });

  it('tries four times at most to switch off what never answers', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    causes(machine, 'a', true, 100, 100);
    let tried = 0;
    for (let at = 1_100; at < 20_000; at += 1_000) tried += machine.react({ type: 'time' }, at).drives.length;
    expect(tried).toBe(4);
    expect(machine.deadline).toBeUndefined();
    const ended = machine.react({ type: 'settled', key: 'a', write: 1, done: false }, 20_000);
    expect(ended.drives).toHaveLength(1);
  });

  it('drops what on_start says where another of the group was found on', () => {
    const machine = machineOf({
      a: { interlock: 'x', onStart: 'on', minInterval: 50 },
      b: { interlock: 'x' },
    });
    causes(machine, 'b', true, 10, 10);
    const { abandoned } = machine.react({ type: 'time' }, 51);
    expect(abandoned).toEqual([{ key: 'a', why: 'on_start', refusal: { why: 'interlock', partner: 'b' } }]);
    causes(machine, 'b', false, 100, 100);
    expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
  });

  it('does not switch on by on_start what a rule holds back where nobody can tell whether the machine started', () => {
    const policies = new Map([['a', { ...keepAll, minInterval: 50, onStart: 'on' } as const]]);
    const machine = new OutputMachine(policies, { outputs: new Map(), asFound: true }, 0);
    causes(machine, 'a', false, 1, 1);
    expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
  });

  it('gives up what on_disconnect wants on once somebody says off', () => {
    const machine = machineOf({ a: { minInterval: 500, onDisconnect: 'on' } });
    machine.react({ type: 'place-lost' }, 100);
    const [off] = machine.react({ type: 'command', key: 'a', on: false }, 200).drives;
    machine.react({ type: 'settled', key: 'a', write: off!.write, done: true }, 200);
    expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
  });

  it('does what on_disconnect says each time that the place is lost, and once', () => {
    const machine = machineOf({ a: { onDisconnect: 'on' } });
    const lose = (at: number) => machine.react({ type: 'place-lost' }, at).drives;
    const settle = (drive: Drive | undefined, at: number) =>
      machine.react({ type: 'settled', key: drive!.key, write: drive!.write, done: true }, at);
    settle(lose(100)[0], 100);
    settle(machine.react({ type: 'command', key: 'a', on: false }, 200).drives[0], 200);
    expect(lose(300)).toEqual([]);
    machine.react({ type: 'place-joined' }, 400);
    expect(lose(500)).toMatchObject([{ key: 'a', on: true, why: 'on_disconnect' }]);
  });

  describe('where what on_disconnect wants on does not go on', () => {
    /** The first attempt began at 100; it ends at 300. */
    function failedOn(between: (machine: OutputMachine) => void) {
      const machine = machineOf({ a: { onDisconnect: 'on' } });
      const [on] = machine.react({ type: 'place-lost' }, 100).drives;
      between(machine);
      const { drives } = machine.react({ type: 'settled', key: 'a', write: on!.write, done: false }, 300);
      for (const { key, write } of drives) machine.react({ type: 'settled', key, write, done: true }, 300);
      return { machine, drives };
    }
    const ons = (machine: OutputMachine, at: number) =>
      machine.react({ type: 'time' }, at).drives.filter(({ on }) => on).length;

    it('takes it back, and tries again after a second', () => {
      const { machine, drives } = failedOn(() => {});
      expect(drives).toMatchObject([{ on: false, why: 'failure' }]);
      expect(machine.deadline).toBe(1_300);
      expect(ons(machine, 1_299)).toBe(0);
      expect(ons(machine, 1_300)).toBe(1);
    });

    it('tries again however late it is off', () => {
      const machine = machineOf({ a: { onDisconnect: 'on' } });
      const [on] = machine.react({ type: 'place-lost' }, 100).drives;
      const [off] = machine.react({ type: 'settled', key: 'a', write: on!.write, done: false }, 300).drives;
      const [again] = machine.react({ type: 'time' }, 5_000).drives;
      machine.react({ type: 'settled', key: 'a', write: off!.write, done: false }, 5_100);
      const { drives } = machine.react({ type: 'settled', key: 'a', write: again!.write, done: true }, 5_200);
      expect(drives).toMatchObject([{ on: true, why: 'on_disconnect' }]);
    });

    it('does not try again once the place is back', () => {
      const { machine } = failedOn((before) => before.react({ type: 'place-joined' }, 200));
      expect(ons(machine, 10_000)).toBe(0);
    });

    it('does not try again once somebody has said off', () => {
      const { machine } = failedOn((before) => {
        const [off] = before.react({ type: 'command', key: 'a', on: false }, 200).drives;
        before.react({ type: 'settled', key: 'a', write: off!.write, done: true }, 250);
      });
      expect(ons(machine, 10_000)).toBe(0);
    });
  });

  it('switches nothing that was not read yet', () => {
    const policies = new Map([
      ['a', { ...keepAll, interlock: 'x', maxOn: 5 }],
      ['b', { ...keepAll, interlock: 'x' }],
      ['c', { ...keepAll, minInterval: 50, onStart: 'on' } as const],
    ]);
    const machine = new OutputMachine(
      policies,
      { outputs: new Map([['a', { onSince: 0 }]]), asFound: false },
      10,
    );
    expect(causes(machine, 'b', true, 11, 11)).toEqual([]);
    expect(causes(machine, 'a', false, 12, 12)).toEqual([]);
    expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
    expect(causes(machine, 'c', false, 1_000, 1_000)).toEqual([]);
    expect(machine.react({ type: 'time' }, 1_050).drives).toMatchObject([{ key: 'c', why: 'on_start' }]);
  });

  describe('what goes off', () => {
    const lost = { type: 'place-lost' } as const;
    const joined = { type: 'place-joined' } as const;
    const off = { type: 'command', key: 'a', on: false } as const;

    it.each([
      ['before', [off, lost]],
      ['after', [lost, off]],
    ] as const)('does so for somebody who said so %s the place was lost, though it is back', (_, events) => {
      const machine = machineOf({ a: { onDisconnect: 'off' } });
      causes(machine, 'a', true, 10, 10);
      for (const [index, event] of [...events, joined].entries()) machine.react(event, 100 + index);
      expect(machine.react({ type: 'time' }, 2_000).drives).toMatchObject([{ on: false, why: 'command' }]);
    });

    it('is not told so a fifth time because the place is lost', () => {
      const machine = machineOf({ a: { onDisconnect: 'off' } });
      causes(machine, 'a', true, 10, 10);
      for (let at = 100; at < 104; at++) expect(machine.react(off, at).drives).toHaveLength(1);
      expect(machine.react(lost, 104).drives).toEqual([]);
      expect(machine.react(off, 105).refusal).toEqual({ why: 'busy' });
    });

    it('is not told so sooner because there is another reason', () => {
      const machine = machineOf({ a: { onDisconnect: 'off', maxOn: 500 } });
      causes(machine, 'a', true, 10, 10);
      machine.react(lost, 100);
      expect(machine.react({ type: 'time' }, 600).drives).toEqual([]);
      expect(machine.react({ type: 'time' }, 1_100).drives).toHaveLength(1);
    });

    it('is told so again where it was seen to be on meanwhile', () => {
      const machine = machineOf({ a: {} });
      causes(machine, 'a', true, 10, 10);
      const [first] = machine.react(off, 100).drives;
      causes(machine, 'a', true, 150, 150);
      const settled = { type: 'settled', key: 'a', write: first!.write, done: true } as const;
      expect(machine.react(settled, 200).drives).toMatchObject([{ key: 'a', on: false }]);
    });

    it('is not told so again before it has gone on', () => {
      const machine = machineOf({ a: {} });
      machine.react({ type: 'command', key: 'a', on: true }, 100);
      const [first] = machine.react(off, 200).drives;
      const settled = { type: 'settled', key: 'a', write: first!.write, done: true } as const;
      expect(machine.react(settled, 300).drives).toEqual([]);
    });
  });

  it('takes no moment for later than it is', () => {
    const policies = new Map([['a', { ...keepAll, maxOn: 1_000, pulse: 500 }]]);
    const remembered = new Map([['a', { onSince: 7_000, pulseFrom: 7_000 }]]);
    const machine = new OutputMachine(policies, { outputs: remembered, asFound: false }, 10);
    causes(machine, 'a', true, 20, 20);
    expect(machine.deadline).toBe(510);
  });

  it('remembers as it was what was not read since the start', () => {
    const policies = new Map(['a', 'b', 'c'].map((key) => [key, keepAll]));
    const remembered = new Map([
      ['a', { onSince: 1 }],
      ['b', { offSince: 2 }],
      ['c', { lostSince: 3 }],
    ]);
    const machine = new OutputMachine(policies, { outputs: remembered, asFound: false }, 10);
    expect(machine.records).toEqual(remembered);
    causes(machine, 'b', undefined, 20, 20);
    expect(machine.records.get('b')).toEqual({ lostSince: 10 });
  });

  it('keeps what is remembered of an output that is not there, for a start that has it again', () => {
    const policies = new Map([['a', keepAll]]);
    const remembered = new Map([['b', { onSince: 2 }]]);
    const machine = new OutputMachine(policies, { outputs: remembered, asFound: false }, 10);
    causes(machine, 'a', true, 20, 20);
    expect(machine.records).toEqual(new Map([...remembered, ['a', { onSince: 10 }]]));
  });

  it('goes on with the pulse that was', () => {
    const remembered = new Map([['a', { onSince: 0, pulseFrom: 900 }]]);
    const policies = new Map([['a', { ...keepAll, pulse: 1_000 }]]);
    const machine = new OutputMachine(policies, { outputs: remembered, asFound: false }, 1_500);
    causes(machine, 'a', true, 1_501, 1_501);
    expect(machine.deadline).toBe(1_900);
  });

  it('takes time that runs backwards to have stood still', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    machine.react({ type: 'time' }, 5_000);
    machine.react({ type: 'command', key: 'a', on: true }, 4_000);
    expect(machine.deadline).toBe(6_000);
  });

  describe('while the daemon stops', () => {
    const stop = { type: 'stopping', keep: false } as const;

    it('tells an output to go off once, unless that was too early to prove anything', () => {
      const machine = machineOf({ a: { onStop: 'off' }, b: { onStop: 'off' } });
      const [on] = machine.react({ type: 'command', key: 'a', on: true }, 100).drives;
      const offs = machine.react(stop, 200).drives;
      expect(offs.map(({ key, on }) => [key, on])).toEqual([
        ['a', false],
        ['b', false],
      ]);
      expect(machine.react({ type: 'time' }, 5_000).drives).toEqual([]);
      machine.react({ type: 'settled', key: 'a', write: on!.write, done: true }, 5_100);
      const { drives } = machine.react(
        { type: 'settled', key: 'a', write: offs[0]!.write, done: true },
        5_200,
      );
      expect(drives).toMatchObject([{ key: 'a', on: false, why: 'on_stop' }]);
    });

    it('switches nothing on but for on_stop, and leaves on_start to the next', () => {
      const machine = machineOf({ a: { minInterval: 50, onStart: 'on' } });
      machine.react({ type: 'stopping', keep: true }, 20);
      expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
      expect(machine.records.get('a')?.starting).toBe(true);
    });

    it('leaves on_start to the next where it failed, too', () => {
      const machine = machineOf({ a: { minInterval: 50, onStart: 'on' } });
      const [on] = machine.react({ type: 'time' }, 51).drives;
      machine.react(stop, 100);
      machine.react({ type: 'settled', key: 'a', write: on!.write, done: false }, 200);
      expect(machine.records.get('a')?.starting).toBe(true);
    });

    it('switches on by on_stop what had to wait for another to go off', () => {
      const machine = machineOf({
        a: { interlock: 'x', onStop: 'on' },
        b: { interlock: 'x', onStop: 'off' },
      });
      causes(machine, 'b', true, 100, 100);
      const [off] = machine.react(stop, 200).drives;
      const { drives } = machine.react({ type: 'settled', key: 'b', write: off!.write, done: true }, 300);
      expect(drives).toMatchObject([{ key: 'a', on: true, why: 'on_stop' }]);
    });
  });

  it('takes an output as it is found whose on_start a rule may hold back, whatever came before', () => {
    const policies = new Map([
      ['a', { ...keepAll, interlock: 'x', onStart: 'on' } as const],
      ['b', { ...keepAll, interlock: 'x' }],
    ]);
    const machine = new OutputMachine(policies, { outputs: new Map(), asFound: false }, 0);
    machine.react({ type: 'command', key: 'b', on: false }, 5);
    expect(machine.isAsFound('a')).toBe(true);
    expect(machine.isAsFound('b')).toBe(false);
  });
});
