import { beforeEach, describe, expect, it } from 'vitest';
import type { OutputPolicy } from '../../../devices/thing.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import { OutputGuard } from './output-guard.ts';

const keepAll: OutputPolicy = { onStart: 'keep', onDisconnect: 'keep', onStop: 'keep' };

describe('the guard of an output', () => {
  let time: VirtualTime;
  let switched: { on: boolean; why: string; at: number }[];
  let stuck: boolean;

  beforeEach(() => {
    time = new VirtualTime();
    switched = [];
    stuck = false;
  });

  function guarding(policy: Partial<OutputPolicy>): OutputGuard {
    const guard = new OutputGuard({
      policy: { ...keepAll, ...policy },
      time,
      write: async (on, why) => {
        switched.push({ on, why, at: time.now() });
        if (stuck) throw new Error('the line is busy');
        guard.seen(on);
      },
    });
    return guard;
  }

  it('switches off what was on for longer than max_on, however it came on', async () => {
    guarding({ maxOn: 10_000 }).seen(true);
    await time.advance(60_000);
    expect(switched).toEqual([{ on: false, why: 'max_on', at: 10_000 }]);
    expect(time.pending).toBe(0);
  });

  it('counts from when it came on: saying on again does not buy more time', async () => {
    const guard = guarding({ maxOn: 10_000 });
    guard.seen(true);
    await time.advance(9_000);
    guard.seen(true);
    await time.advance(1_000);
    expect(switched).toHaveLength(1);
  });

  it('starts anew when it was off in between', async () => {
    const guard = guarding({ maxOn: 10_000 });
    guard.seen(true);
    await time.advance(9_000);
    guard.seen(false);
    guard.seen(true);
    await time.advance(9_000);
    expect(switched).toEqual([]);
    await time.advance(1_000);
    expect(switched).toHaveLength(1);
  });

  it('tries each second while the output refuses to go off', async () => {
    stuck = true;
    guarding({ maxOn: 10_000 }).seen(true);
    await time.advance(12_500);
    expect(switched.map(({ at }) => at)).toEqual([10_000, 11_000, 12_000]);
    stuck = false;
    await time.advance(60_000);
    expect(switched).toHaveLength(4);
  });

  it('does what on_disconnect and on_stop say, and nothing where they say keep', async () => {
    const guard = guarding({ onDisconnect: 'off', onStop: 'on' });
    await guard.placeLost();
    await guard.stopping();
    expect(switched.map(({ on, why }) => [on, why])).toEqual([
      [false, 'on_disconnect'],
      [true, 'on_stop'],
    ]);
    const keeper = guarding({});
    await keeper.placeLost();
    await keeper.stopping();
    expect(switched).toHaveLength(2);
  });

  it('keeps an output whatever on_stop says where another daemon goes on with it', async () => {
    const guard = guarding({ maxOn: 10_000, onStop: 'off' });
    guard.seen(true);
    await guard.stopping(true);
    await time.advance(60_000);
    expect(switched).toEqual([]);
  });

  it('tries on_disconnect each second while the output refuses, but not once the place is back', async () => {
    stuck = true;
    const guard = guarding({ onDisconnect: 'off' });
    await guard.placeLost();
    await time.advance(2_500);
    expect(switched.map(({ at }) => at)).toEqual([0, 1_000, 2_000]);
    guard.placeJoined();
    await time.advance(60_000);
    expect(switched).toHaveLength(3);
    await guard.placeLost();
    stuck = false;
    await time.advance(60_000);
    expect(switched).toHaveLength(5);
    expect(time.pending).toBe(0);
  });

  it('leaves no timer behind when stopping', async () => {
    const guard = guarding({ maxOn: 10_000, onStop: 'on' });
    guard.seen(true);
    await guard.stopping();
    expect(switched).toEqual([{ on: true, why: 'on_stop', at: 0 }]);
    expect(time.pending).toBe(0);
  });
});
