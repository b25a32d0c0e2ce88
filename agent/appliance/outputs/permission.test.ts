import { describe, expect, it } from 'vitest';
import { causes, keepAll, machineOf, refusalOf } from '../../../test/outputs/read-off.ts';
import { OutputMachine } from './machine.ts';

describe('an output that is to go on', () => {
  const group = { interlock: 'x' };

  it('does not while another, which was to go off, would not', () => {
    const machine = machineOf({ a: group, b: group });
    const [off] = machine.react({ type: 'command', key: 'a', on: false }, 100).drives;
    machine.react({ type: 'settled', key: 'a', write: off!.write, done: false }, 200);
    expect(refusalOf(machine, 'b', 300)).toBe('interlock-lost');
  });

  it('waits for the one of its group that went off last, and no longer because that is read again', () => {
    const machine = machineOf({ a: group, b: group, c: { ...group, interlockWait: 500 } });
    causes(machine, 'b', true, 100, 100);
    causes(machine, 'b', false, 400, 400);
    causes(machine, 'a', false, 450, 450);
    causes(machine, 'b', false, 450, 450);
    expect(machine.refusalOf('c', 600)).toEqual({ why: 'interlock-wait', partner: 'b', until: 900 });
    expect(machine.refusalOf('c', 900)).toBeUndefined();
  });

  it('does not, though it is on already, while another cannot be read or the group waits for another', () => {
    const machine = machineOf({ a: group, b: { ...group, interlockWait: 500 } });
    causes(machine, 'b', undefined, 100, 100);
    causes(machine, 'a', true, 200, 200);
    expect(refusalOf(machine, 'a', 300)).toBe('interlock-lost');
    causes(machine, 'b', false, 400, 400);
    expect(refusalOf(machine, 'a', 899)).toBe('interlock-wait');
    expect(refusalOf(machine, 'a', 900)).toBeUndefined();
  });

  it('may be told so again before min_interval is over, but not where it may have gone off', () => {
    const machine = machineOf({ a: { minInterval: 500 } });
    const [off] = machine.react({ type: 'command', key: 'a', on: false }, 50).drives;
    causes(machine, 'a', true, 40, 60);
    expect(refusalOf(machine, 'a', 70)).toBe('busy');
    machine.react({ type: 'settled', key: 'a', write: off!.write, done: false }, 80);
    expect(machine.react({ type: 'command', key: 'a', on: true }, 90).refusal).toEqual({
      why: 'min-interval',
      until: 580,
      again: true,
    });
    causes(machine, 'a', true, 100, 100);
    expect(refusalOf(machine, 'a', 110)).toBeUndefined();
  });

  it('may before it was read, but not on the word of the daemon before that it is on', () => {
    const policies = new Map(
      ['a', 'b', 'c'].map((key) => [key, { ...keepAll, interlock: key === 'c' ? 'y' : 'x' }]),
    );
    const remembered = new Map([['a', { onSince: 0 }]]);
    const machine = new OutputMachine(policies, { outputs: remembered, asFound: false }, 10);
    expect(refusalOf(machine, 'c', 20)).toBeUndefined();
    expect(refusalOf(machine, 'a', 20)).toBe('interlock-lost');
  });

  it('does not on the word of the daemon before that it is on, before min_interval is over', () => {
    const policies = new Map([['a', { ...keepAll, minInterval: 500 }]]);
    const remembered = new Map([['a', { onSince: 0 }]]);
    const machine = new OutputMachine(policies, { outputs: remembered, asFound: false }, 10);
    expect(refusalOf(machine, 'a', 509)).toBe('min-interval');
    causes(machine, 'a', true, 509, 509);
    expect(refusalOf(machine, 'a', 509)).toBeUndefined();
  });

  it('has its pulse from when it is known that somebody else switched it on', () => {
    const machine = machineOf({ a: { pulse: 500 } });
    causes(machine, 'a', true, 100, 300);
    expect(machine.deadline).toBe(800);
  });

  it('keeps its max_on while it cannot be read', () => {
    const machine = machineOf({ a: { maxOn: 1_000 } });
    causes(machine, 'a', true, 100, 100);
    causes(machine, 'a', undefined, 600, 600);
    expect(machine.deadline).toBe(1_100);
  });
});
