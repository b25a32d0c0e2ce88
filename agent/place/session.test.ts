import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace, setOf } from '../../test/support/scripted-place.ts';
import type { AlloError } from '../errors.ts';
import { LONGEST_PAUSE } from './backoff.ts';
import type { PlaceSession, PlaceStatus } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
});

/** What happens to the session, in order. */
function diary(): string[] {
  const entries: string[] = [];
  session.observe({
    joined: ({ placeName, avatarId }) => void entries.push(`joined ${placeName} as ${avatarId}`),
    lost: ({ code }) => void entries.push(`lost ${code}`),
    status: ({ state, error }) => void entries.push(error ? `${state} ${error.code}` : state),
  });
  return entries;
}

describe('joining', () => {
  it('announces identity and avatar, and is told its avatar and the name of the place', async () => {
    const entries = diary();
    session.start();
    await place.time.advance(100);
    expect(place.interactions[0]).toMatchObject({
      kind: 'request',
      from: '',
      to: 'place',
      body: [
        'announce',
        'version',
        1,
        'identity',
        { display_name: 'Greenhouse' },
        'spawn_avatar',
        { text: { string: 'Greenhouse' } },
      ],
    });
    expect(session.status).toEqual({
      state: 'joined',
      attempt: 1,
      placeName: 'Garden',
      avatarId: 'avatar-1',
    });
    expect(entries).toEqual(['joining', 'joined', 'joined Garden as avatar-1']);
  });

  it('sends nothing but the announcement until the place has accepted', async () => {
    place.scripts.announce = () => undefined;
    session.entities.declare('lamp', { text: { string: 'lamp' } });
    session.tracks.outgoing('avatar');
    session.start();
    await place.time.advance(100);
    place.state(setOf(7, { someone: {} }));
    await place.time.advance(4_000);
    expect(session.oneWay('visitor', ['hello'])).toBe(false);
    expect(session.publish(['hello'])).toBe(false);
    await expect(session.request('place', ['hello'])).rejects.toMatchObject({ code: 'ALLO_E_NOT_JOINED' });
    expect(place.received).toHaveLength(1);
    expect(session.world.entities.has('someone')).toBe(true);
  });

  it.each<[string, (place: ScriptedPlace) => void]>([
    ['ALLO_E_PLACE_REFUSED', (p) => (p.scripts.announce = () => ['announce', 'error', 'the place is full'])],
    ['ALLO_E_PLACE_REFUSED', (p) => (p.scripts.announce = () => ['announce'])],
    ['ALLO_E_PLACE_VERSION', (p) => (p.scripts.announce = () => ['announce', 'error', 1003, 'too old'])],
    ['ALLO_E_PLACE_VERSION', (p) => (p.scripts.announce = () => void p.disconnect(1003))],
    ['ALLO_E_PLACE_REFUSED', (p) => (p.scripts.announce = () => void p.disconnect(1002))],
    ['ALLO_E_PLACE_UNREACHABLE', (p) => (p.scripts.announce = () => void p.disconnect(1004))],
    ['ALLO_E_PLACE_KICKED', (p) => (p.scripts.announce = () => void p.disconnect(1005))],
    ['ALLO_E_PLACE_LOST', (p) => (p.scripts.announce = () => void p.disconnect(1000))],
    ['ALLO_E_PLACE_CLOSED', (p) => (p.scripts.announce = () => void p.disconnect(0))],
    ['ALLO_E_PLACE_LOST', (p) => (p.scripts.announce = () => void p.kill())],
    ['ALLO_E_PLACE_SILENT', (p) => (p.scripts.announce = () => undefined)],
    ['ALLO_E_PLACE_UNREACHABLE', (p) => p.kill()],
  ])('that fails is %s, says how to mend it, and is tried again', async (code, spoil) => {
    place.network.options.timeout = 3_000;
    spoil(place);
    let failure: AlloError | undefined;
    session.observe({
      status: ({ error }) => {
        failure ??= error;
      },
    });
    session.start();
    await place.time.advance(7_000);
    expect(failure?.code).toBe(code);
    expect(failure?.mend).toMatch(/\w/);

    place.scripts = {};
    await place.open();
    await place.time.advance(LONGEST_PAUSE);
    expect(session.status.state).toBe('joined');
    expect(session.status.error).toBeUndefined();
  });

  it('says so if the place offers too few channels', async () => {
    place.channels = 3;
    await place.open();
    session.start();
    await place.time.advance(200);
    expect(session.status.error?.code).toBe('ALLO_E_PLACE_CHANNELS');
    expect(place.received).toEqual([]);
  });

  it('is tried with pauses that grow to half a minute, for ever', async () => {
    place.kill();
    const pauses: number[] = [];
    session.observe({
      status: ({ retryAt }) => void (retryAt && pauses.push(retryAt - place.time.now())),
    });
    session.start();
    await place.time.advance(10 * 60_000);
    expect(pauses.slice(0, 9)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(pauses.length).toBeGreaterThan(35);
    expect(session.status.attempt).toBe(pauses.length);
  });
});

describe('a lost place', () => {
  it('is joined again, and everything is as it was', async () => {
    const entries = diary();
    session.entities.declare('lamp', { text: { string: 'off' } });
    session.tracks.outgoing('lamp');
    session.start();
    await place.time.advance(500);
    session.entities.update('lamp', { text: { string: 'on' } });
    session.entities.update('avatar', { colour: 'green' });
    await place.time.advance(500);
    expect(session.entities.id('lamp')).toBe('entity-2');

    await place.close(0);
    await place.time.advance(100);
    expect(session.status.state).toBe('waiting');
    expect(session.entities.id('lamp')).toBeUndefined();
    expect(session.entities.key('entity-2')).toBeUndefined();
    expect(session.tracks.outgoing('lamp').state).toBe('waiting');

    await place.open();
    await place.time.advance(2_000);
    expect(entries).toEqual([
      'joining',
      'joined',
      'joined Garden as avatar-1',
      'lost ALLO_E_PLACE_CLOSED',
      'waiting ALLO_E_PLACE_CLOSED',
      'joining ALLO_E_PLACE_CLOSED',
      'joined',
      'joined Garden as avatar-3',
    ]);
    expect(place.bodies('announce')[1]?.[6]).toEqual({ text: { string: 'Greenhouse' }, colour: 'green' });
    expect(place.bodies('spawn_entity')[1]).toEqual([
      'spawn_entity',
      { text: { string: 'on' }, relationships: { parent: 'avatar-3' } },
    ]);
    expect(session.entities.id('lamp')).toBe('entity-4');
    expect(session.tracks.outgoing('lamp')).toMatchObject({ state: 'allocated', trackId: 2 });
  });

  it('rejects the requests that wait for it, with the reason', async () => {
    place.scripts.ponder = () => undefined;
    session.start();
    await place.time.advance(100);
    const answer = session.request('place', ['ponder']).catch((error: AlloError) => error.code);
    place.disconnect(1005);
    await place.time.advance(10);
    expect(await answer).toBe('ALLO_E_PLACE_KICKED');
  });

  it('shows its world as last seen, and then only what really changed', async () => {
    const events: string[] = [];
    session.world.observe({
      entityAdded: ({ id }) => void events.push(`+${id}`),
      entityChanged: ({ id }, names) => void events.push(`${id} ${names.join()}`),
      entityRemoved: ({ id }) => void events.push(`-${id}`),
    });
    session.start();
    await place.time.advance(100);
    place.state(setOf(5, { lamp: { text: { string: 'lamp' } }, chair: {}, visitor: {} }));
    await place.time.advance(100);
    await place.close(0);
    await place.time.advance(10);
    expect([...session.world.entities.keys()].sort()).toEqual(['chair', 'lamp', 'visitor']);

    await place.open();
    await place.time.advance(1_000);
    events.length = 0;
    place.state(setOf(1, { lamp: { text: { string: 'LAMP' } }, visitor: {}, door: {} }));
    await place.time.advance(10);
    expect(events.sort()).toEqual(['+door', '-chair', 'lamp text']);
    expect(session.world.revision).toBe(1);
  });

  it('is rejoined in a place that refuses again and again without hurry', async () => {
    session.start();
    for (let i = 0; i < 200; i++) {
      await place.time.advance(500);
      if (session.status.state === 'joined') place.disconnect(1005);
    }
    expect(place.connections).toBeLessThan(16);
  });

  it('is left if somebody removes the avatar, and joined with a new one', async () => {
    session.start();
    await place.time.advance(100);
    place.state(setOf(1, { 'avatar-1': {} }));
    await place.time.advance(10);
    place.state({ style: 'merge', from: 1, revision: 2, entities: { 'avatar-1': null } });
    await place.time.advance(2_000);
    expect(place.left).toEqual([1001]);
    expect(session.status).toMatchObject({ state: 'joined', avatarId: 'avatar-2' });
  });
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

  it('is not a loss, and the session can start anew', async () => {
    const entries = diary();
    session.start();
    session.start();
    await place.time.advance(100);
    await Promise.all([stop(), session.stop()]);
    session.start();
    await place.time.advance(100);
    expect(entries.filter((entry) => entry.startsWith('lost'))).toEqual([]);
    expect(session.status).toMatchObject({
      state: 'joined',
      avatarId: 'avatar-2',
    } satisfies Partial<PlaceStatus>);
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

describe('a place that says nonsense', () => {
  it('is counted by code, and the session goes on', async () => {
    session.start();
    await place.time.advance(100);
    for (const channel of [0, 1, 2, 3, 4]) place.bytes(channel, new Uint8Array([0x7b, 0xff, 0, 0, 0, 1, 2]));
    place.say({ kind: 'response', requestId: 'never asked', body: ['hello'] });
    await place.time.advance(100);
    expect(Object.fromEntries(session.counters.entries())).toEqual({
      ALLO_E_WIRE_JSON: 3,
      ALLO_E_WIRE_END: 1,
      ALLO_E_WIRE_CHANNEL: 1,
      ALLO_E_INTERACTION_UNHEARD: 1,
    });
    expect(session.status.state).toBe('joined');
  });

  it('cannot be made to fail by any bytes', async () => {
    const matrix = Array.from({ length: 16 }, () => 1);
    const seeds = [
      {
        patch_style: 'set',
        revision: 1,
        entities: { lamp: { id: 'lamp', components: { transform: { matrix } } } },
      },
      {
        patch_style: 'merge',
        revision: 2,
        patch_from: 1,
        entities: { 'avatar-1': { components: { a: null } } },
      },
      {
        patch_style: 'apply',
        revision: 3,
        patch_from: 1,
        patches: [{ op: 'copy', from: '/entities', path: '/x' }],
      },
      ['interaction', 'response', 'place', '', '1', ['spawn_entity', 'x']],
      ['interaction', 'request', 'visitor', 'avatar-1', '1', ['poke', true]],
      { cmd: 'interact', interact: { from_entity: 'a', to_entity: 'b', cmd: ['poke'] } },
      { client_clock: 1, server_clock: 2 },
    ].map((seed) => [...JSON.stringify(seed)].map((character) => character.charCodeAt(0)));
    session.onRequest(({ body }) => [body[0], 'ok']);
    session.start();
    await place.time.advance(100);
    const mutation = fc.record({
      seed: fc.constantFrom(...seeds),
      channel: fc.nat({ max: 4 }),
      at: fc.nat(),
      remove: fc.nat({ max: 3 }),
      insert: fc.array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 3 }),
    });
    for (const { seed, channel, at, remove, insert } of fc.sample(mutation, { numRuns: 5_000, seed: 7 })) {
      place.bytes(channel, new Uint8Array(seed.toSpliced(at % seed.length, remove, ...insert)));
      if (at % 100 === 0) await place.time.advance(20);
    }
    await place.time.advance(1_000);
    expect(session.counters.entries().length).toBeGreaterThan(3);
    expect(session.status.state).toBe('joined');
    const answer = session.request('place', ['hello']);
    await place.time.advance(10);
    expect(await answer).toEqual(['hello', 'ok']);
  });

  it('cannot be made to fail by an observer that throws', async () => {
    session.observe({
      status: () => {
        throw new Error('broken');
      },
    });
    session.start();
    await place.time.advance(100);
    expect(session.status.state).toBe('joined');
    expect(session.counters.get('ALLO_E_HANDLER_FAILED')).toBe(2);
  });

  it('says what observers and handlers threw, even to one that throws again', async () => {
    const failures: unknown[] = [];
    session.observe({
      failed: (error) => {
        failures.push(error);
        throw new Error('again');
      },
    });
    session.onOneWay(() => {
      throw new Error('broken');
    });
    session.start();
    await place.time.advance(100);
    place.say({ kind: 'one-way', body: ['wave'] });
    await place.time.advance(100);
    expect(failures).toEqual([new Error('broken')]);
    expect(session.counters.get('ALLO_E_HANDLER_FAILED')).toBe(2);
  });
});
