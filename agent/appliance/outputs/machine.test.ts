import { describe, expect, it } from 'vitest';
import type { OutputPolicy } from '../../../devices/thing.ts';
import { OutputMachine } from './machine.ts';

const keepAll: OutputPolicy = { onStart: 'keep', onDisconnect: 'keep', onStop: 'keep' };

/** A machine from the moment 0, whose outputs were seen to be off at the moment 1. */
function machineOf(policies: Readonly<Record<string, Partial<OutputPolicy>>>) {
  const all = Object.entries(policies).map(([key, policy]) => [key, { ...keepAll, ...policy }] as const);
  const machine = new OutputMachine(new Map(all), { outputs: new Map(), asFound: false }, 0);
  for (const [key] of all) machine.react({ type: 'reading', key, on: false, measuredAt: 1 }, 1);
  return machine;
}

/** What is to be switched after `reading`, as `why`. */
const causes = (
  machine: OutputMachine,
  key: string,
  on: boolean | undefined,
  measuredAt: number,
  at: number,
) => machine.react({ type: 'reading', key, on, measuredAt }, at).drives.map(({ why }) => why);

/*
 * What is rare among random sequences. That the rules hold in all of them, see test/outputs.
 */
describe('the machine of outputs', () => {
  const refusalOf = (machine: OutputMachine, key: string, at: number) =>
    machine.react({ type: 'command', key, on: true }, at).refusal?.why;

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
  });

  it('drops what on_start says where another of the group was found on', () => {
    const machine = machineOf({
      a: { interlock: 'x', onStart: 'on', minInterval: 50 },
      b: { interlock: 'x' },
    });
    causes(machine, 'b', true, 10, 10);
    const { abandoned } = machine.react({ type: 'time' }, 50);
    expect(abandoned).toEqual([{ key: 'a', why: 'on_start', refusal: { why: 'interlock', partner: 'b' } }]);
    causes(machine, 'b', false, 100, 100);
    expect(machine.react({ type: 'time' }, 1_000).drives).toEqual([]);
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
