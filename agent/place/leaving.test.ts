import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace } from '../../test/support/scripted-place.ts';
import type { AlloError } from '../errors.ts';
import type { PlaceSession } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
});

describe('leaving', () => {
  /** Stops and says how long it took, virtual ms. */
  async function stop(): Promise<number> {
    const before = place.time.now();
    let after: number | undefined;
    void session.stop().then(() => {
      after = place.time.now();
    });
    await place.time.advance(2_000);
    return (after ?? Number.NaN) - before;
  }

  const states: [string, (place: ScriptedPlace) => unknown][] = [
    ['it has joined', () => undefined],
    ['it waits for the announcement to be answered', (p) => (p.scripts.announce = () => undefined)],
    ['it waits for the next attempt', (p) => p.kill()],
    ['the place says no more', (p) => (p.network.options.delay = () => 60_000)],
  ];

  it.each(states)('is quick and leaves no timer behind when %s', async (_when, prepare) => {
    prepare(place);
    session.entities.declare('lamp', {});
    session.start();
    await place.time.advance(600);
    expect(await stop()).toBeLessThanOrEqual(1_000);
    expect(session.status).toEqual({ state: 'stopped', attempt: 0 });
    await place.time.advance(200_000);
    expect(place.time.pending).toBe(0);
  });

  it('tells the place with 1001, and the agent that requests are void', async () => {
    session.start();
    await place.time.advance(100);
    place.scripts.ponder = () => undefined;
    const answer = session.request('place', ['ponder']).catch((error: AlloError) => error.code);
    expect(await stop()).toBeLessThan(10);
    expect(place.left).toEqual([1001]);
    expect(await answer).toBe('ALLO_E_NOT_JOINED');
    expect(session.entities.id('avatar')).toBeUndefined();
  });

  it('takes a second at most if the place is dead', async () => {
    session.start();
    await place.time.advance(100);
    place.network.options.delay = () => 60_000;
    expect(await stop()).toBeLessThanOrEqual(1_000);
  });

  it('closes a connection that comes about too late', async () => {
    place.network.options.delay = () => 500;
    session.start();
    await place.time.advance(600);
    await session.stop();
    await place.time.advance(5_000);
    expect(place.received).toEqual([]);
    expect(place.time.pending).toBe(0);
  });

  it('survives the place closing at the same moment', async () => {
    session.start();
    await place.time.advance(100);
    place.disconnect(1005);
    expect(await stop()).toBeLessThan(1_000);
    expect(session.status.state).toBe('stopped');
    expect(place.time.pending).toBe(0);
  });

  it('can be decided by whoever hears that the avatar is there', async () => {
    session.entities.observe({ spawned: () => void session.stop() });
    session.start();
    await place.time.advance(2_000);
    expect(session.status.state).toBe('stopped');
    expect(place.left).toEqual([1001]);
    expect(session.entities.id('avatar')).toBeUndefined();
    expect(place.time.pending).toBe(0);
  });

  describe.each([0, 1, 2, 3, 4, 5, 6, 8])('%i turns of promises after', (turns) => {
    async function stopSoon(): Promise<void> {
      for (let turn = 0; turn < turns; turn++) await undefined;
      await session.stop();
    }

    async function expectGone(): Promise<void> {
      session.start();
      await place.time.advance(10_000);
      expect(session.status).toEqual({ state: 'stopped', attempt: 0 });
      expect(session.entities.id('avatar')).toBeUndefined();
      expect(place.left).toEqual([1001]);
      expect(place.time.pending).toBe(0);
    }

    it('the connection came about, it is complete', async () => {
      const { dial } = place.network;
      session = place.session({
        dial: async (...where) => {
          const connection = await dial(...where);
          void stopSoon();
          return connection;
        },
      });
      await expectGone();
    });

    it('the place took the agent, it is complete', async () => {
      session.entities.observe({ spawned: () => void stopSoon() });
      await expectGone();
    });
  });

  it('is not a loss, and the session can start anew', async () => {
    let losses = 0;
    session.observe({ lost: () => void losses++ });
    session.start();
    session.start();
    await place.time.advance(100);
    await Promise.all([stop(), session.stop()]);
    session.start();
    await place.time.advance(100);
    expect(losses).toBe(0);
    expect(session.status).toMatchObject({
      state: 'joined',
      avatarId: 'avatar-2',
    });
  });
});

describe('starting again at the moment of leaving', () => {
  it('is a stay of its own, whatever the old one still has to finish', async () => {
    session.entities.declare('lamp', {});
    session.start();
    await place.time.advance(100);
    place.network.options.delay = () => 300;
    void session.stop();
    place.network.options.delay = () => 1;
    session.start();
    await place.time.advance(3_000);
    expect(session.status).toMatchObject({ state: 'joined', avatarId: 'avatar-3' });
    expect(session.entities.id('lamp')).toBe('entity-4');
    expect(session.oneWay('visitor', ['hello'])).toBe(true);
  });
});
