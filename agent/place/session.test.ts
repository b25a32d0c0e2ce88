import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace, setOf } from '../../test/support/scripted-place.ts';
import type { AlloError } from '../errors.ts';
import { LONGEST_PAUSE } from './backoff.ts';
import type { PlaceSession } from './session.ts';

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
      dialect: 'documented',
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

  it('tells when the place was heard last', async () => {
    expect(session.heardAt).toBeUndefined();
    session.start();
    await place.time.advance(2_000);
    const before = place.time.now();
    place.state(setOf(7, { someone: {} }));
    await place.time.advance(100);
    expect(session.heardAt).toBeGreaterThanOrEqual(before);
    expect(session.heardAt).toBeLessThanOrEqual(place.time.now());
  });

  it('says so if the place grants as many channels as no dialect has', async () => {
    place.channels = 3;
    await place.open();
    session = place.session({ dialect: 'auto' });
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
