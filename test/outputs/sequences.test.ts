import { describe, expect, it } from 'vitest';
import { Plant } from './plant.ts';
import { keepAll } from './read-off.ts';

/*
 * Sequences in which rules were broken once, event by event. The plant checks the lines themselves, and throws.
 */
const atOnce = { effect: 0, end: 0, done: true };
const withoutEffect = { effect: undefined, end: 0, done: false };
const slow = { effect: 2, end: 2, done: true };
const failsLate = { effect: 1, end: 1, done: false };

const group = { ...keepAll, interlock: 'x' };

describe('of two interlocked outputs', () => {
  it('what is on already, and told so again, does not come on anew before the wait is over', () => {
    const fates = [atOnce, atOnce, withoutEffect, slow];
    const plant = new Plant(new Map(['c', 'd'].map((key) => [key, { ...group, interlockWait: 3 }])), fates);
    plant.advance(10);
    expect(plant.command('c', true)).toBeUndefined();
    // Both are on, so that both are to go off. One of them does not, and a new daemon finds it on.
    plant.others('d', true, 0);
    plant.kill();
    plant.start();
    expect(plant.lines.get('c')!.on).toBe(false);
    expect(plant.lines.get('d')!.on).toBe(true);
    // Where this is written, the line goes off and on again before the 3 ms are over.
    expect(plant.command('d', true)).toMatchObject({ why: 'interlock-wait', partner: 'c' });
    plant.others('d', false, 0);
    plant.advance(10);
    expect(plant.lines.get('d')!.on).toBe(false);
  });

  it('what is on already does not come on anew while nobody knows of the other, which is on', () => {
    const plant = new Plant(new Map(['c', 'd'].map((key) => [key, group])), [atOnce, slow]);
    plant.advance(10);
    expect(plant.command('c', true)).toBeUndefined();
    plant.memory('gone');
    plant.breaks('c');
    plant.kill();
    plant.start();
    plant.others('d', true, 0);
    expect(plant.command('d', true)).toMatchObject({ why: 'interlock-lost', partner: 'c' });
    plant.others('d', false, 0);
    plant.advance(10);
    expect(plant.lines.get('c')!.on).toBe(true);
    expect(plant.lines.get('d')!.on).toBe(false);
  });

  it('one waits for the other that could not be read, though it is off when a new daemon reads it', () => {
    const plant = new Plant(new Map(['c', 'd'].map((key) => [key, { ...group, interlockWait: 3_000 }])), [
      atOnce,
    ]);
    plant.advance(5_000);
    plant.breaks('c');
    plant.others('c', true, 0);
    plant.advance(1_000);
    plant.others('c', false, 0);
    plant.kill();
    plant.recovers('c');
    plant.start();
    expect(plant.command('d', true)).toMatchObject({ why: 'interlock-wait', partner: 'c' });
    plant.advance(3_000);
    expect(plant.command('d', true)).toBeUndefined();
  });
});

describe('max_on', () => {
  it('counts from when the line was lost, though a new daemon finds it on', () => {
    const plant = new Plant(new Map([['c', { ...keepAll, maxOn: 10_000 }]]), [atOnce]);
    plant.advance(5_000);
    plant.breaks('c');
    plant.others('c', true, 0);
    plant.advance(9_000);
    plant.kill();
    plant.start();
    plant.kill();
    plant.start();
    plant.recovers('c');
    plant.advance(900);
    expect(plant.lines.get('c')!.on).toBe(true);
    plant.advance(100);
    expect(plant.lines.get('c')!.on).toBe(false);
  });
});

describe('min_interval', () => {
  it('holds from a write that failed and switched off all the same, where the line was seen on before', () => {
    const plant = new Plant(new Map([['d', { ...keepAll, minInterval: 50 }]]), [failsLate, atOnce]);
    plant.advance(100);
    // That it is on is told after it is told to go off, and before that fails.
    plant.others('d', true, 1);
    expect(plant.command('d', false)).toBeUndefined();
    plant.advance(1);
    expect(plant.lines.get('d')!.on).toBe(false);
    expect(plant.command('d', true)).toMatchObject({ why: 'min-interval' });
    plant.advance(50);
    expect(plant.command('d', true)).toBeUndefined();
    expect(plant.command('d', true)).toBeUndefined();
  });
});
