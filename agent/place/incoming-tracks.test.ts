import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AlloError } from '../errors.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { type DialectName, dialects } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';
import type { JsonObject } from '../wire/json.ts';
import { CHOOSING_PAUSE, IncomingTracks, MOST_CARRIERS, type TrackListener } from './incoming-tracks.ts';
import { EntityMap } from './state/entity-map.ts';
import type { TrackPlace } from './track-request.ts';
import { World } from './world.ts';

const media = (trackId: number): JsonObject => ({ live_media: { track_id: trackId } });
const opus = new Uint8Array([0xfc, 1, 2, 3]);

let time: VirtualTime;
let world: World;
let tracks: IncomingTracks;
let revision: number;
let asked: Body[];
let answers: (body: Body) => Promise<Body>;
let heard: number[];
let failures: [number, string][];
let listener: TrackListener;

beforeEach(() => {
  time = new VirtualTime();
  world = new World((error) => {
    throw error;
  });
  tracks = new IncomingTracks(
    time,
    world,
    (id) => id === 'mine',
    (error) => {
      throw error;
    },
  );
  revision = 0;
  asked = [];
  answers = async ([name, id]) => [name, 'ok', id ?? null];
  heard = [];
  failures = [];
  listener = {
    packet: (_payload, _at, trackId) => void heard.push(trackId),
    failed: (error: AlloError, trackId) => void failures.push([trackId, error.code]),
  };
});

/** The world as it is now, and what comes of it. */
async function show(entities: Record<string, JsonObject>): Promise<void> {
  const whole = Object.entries(entities).map(([id, components]) => [id, { id, components }] as const);
  world.show(EntityMap.from(Object.fromEntries(whole)), ++revision);
  tracks.worldShown();
  await time.advance(0);
}

function enter(name: DialectName = 'v3'): void {
  const place: TrackPlace = {
    dialect: dialects[name],
    avatarId: 'mine',
    ask: (_from, body) => {
      asked.push(body);
      return answers(body);
    },
    sendMedia: () => true,
  };
  tracks.enter(place);
}

const receive = (...ids: number[]) => {
  for (const trackId of ids) tracks.receive({ trackId, payload: opus }, 5);
};
const subscribe = (id: number): Body => ['media_track', id, 'subscribe'];
const unsubscribe = (id: number): Body => ['media_track', id, 'unsubscribe'];

describe('where a place sends tracks to those who subscribed', () => {
  beforeEach(async () => {
    enter();
    await show({ bird: media(7), frog: media(8), mine: media(9) });
  });

  it('a track is subscribed to once, for the first who listens, until the last stops', async () => {
    const stops = [tracks.listen(7, listener), tracks.listen(7, listener)];
    expect(asked).toEqual([subscribe(7)]);
    receive(7, 8);
    expect(heard).toEqual([7, 7]);
    stops[0]!();
    expect(asked).toEqual([subscribe(7)]);
    stops[1]!();
    expect(asked).toEqual([subscribe(7), unsubscribe(7)]);
    stops[1]!();
    receive(7);
    expect(heard).toEqual([7, 7]);
    expect(asked).toHaveLength(2);
  });

  it('nothing is asked for that no entity carries, until one does', async () => {
    tracks.listen(5, listener);
    expect(asked).toEqual([]);
    await show({ owl: media(5) });
    expect(asked).toEqual([subscribe(5)]);
    await show({ owl: {} });
    await time.advance(CHOOSING_PAUSE);
    expect(asked).toEqual([subscribe(5), unsubscribe(5)]);
  });

  it('whoever carries it now and then is asked for no more often than choosing anew is worth', async () => {
    let choices = 0;
    tracks.follow((carriers) => {
      choices++;
      return carriers.values();
    }, listener);
    for (let n = 0; n < 200; n++) {
      await show(n % 2 ? { owl: media(5) } : {});
      await time.advance(10);
    }
    await time.advance(CHOOSING_PAUSE);
    const most = (200 * 10) / CHOOSING_PAUSE + 3;
    expect(choices).toBeLessThanOrEqual(most);
    expect(asked.length).toBeLessThanOrEqual(most);
    await show({ owl: media(5) });
    await time.advance(CHOOSING_PAUSE);
    receive(5);
    expect(heard).toEqual([5]);
  });

  it('of more carriers than are kept in mind, those that are known go on being followed', async () => {
    const crowd = Object.fromEntries(
      Array.from({ length: MOST_CARRIERS + 1 }, (_, n) => [`n${n}`, media(n + 1)]),
    );
    await show(crowd);
    expect(tracks.carriers.size).toBe(MOST_CARRIERS);
    await show({ ...crowd, n0: media(99_999) });
    expect(tracks.carriers.get('n0')).toBe(99_999);
  });

  it('of more carriers than are kept in mind, the others are known once there are less', async () => {
    const crowd = Object.fromEntries(
      Array.from({ length: MOST_CARRIERS }, (_, n) => [`n${n}`, media(n + 1)]),
    );
    await show(crowd);
    await show({ ...crowd, anna: media(9_999) });
    expect(tracks.carriers.has('anna')).toBe(false);
    await show({ anna: media(9_999) });
    await time.advance(CHOOSING_PAUSE);
    tracks.follow((carriers) => carriers.values(), listener);
    expect(asked.at(-1)).toEqual(subscribe(9_999));
  });

  it('what was refused is asked for again once others carry it: they may have it, who did not', async () => {
    const given = new Set<unknown>();
    answers = async ([name, id]) =>
      given.has(id) ? [name, 'ok', id!] : [name, 'failed', 'invalid track id'];
    tracks.listen(5, listener);
    await show({ eve: media(5) });
    await time.advance(10 * CHOOSING_PAUSE);
    expect([asked, failures]).toEqual([[subscribe(5)], [[5, 'ALLO_E_TRACK_REFUSED']]]);
    given.add(5);
    await show({ eve: media(5), anna: media(5) });
    await time.advance(CHOOSING_PAUSE);
    expect(asked).toEqual([subscribe(5), subscribe(5)]);
    // What is heard goes on being heard.
    await show({ anna: media(5) });
    await time.advance(10 * CHOOSING_PAUSE);
    expect(asked).toHaveLength(2);
  });

  it('a refusal is told to who listens, once, and not asked again', async () => {
    answers = async () => ['media_track', 'failed', 'invalid track id'];
    const stop = tracks.listen(7, listener);
    await time.advance(0);
    expect(failures).toEqual([[7, 'ALLO_E_TRACK_REFUSED']]);
    tracks.listen(7, listener);
    stop();
    await show({ bird: media(7), cat: {} });
    expect(asked).toEqual([subscribe(7)]);
  });

  it.each<[string, () => Promise<Body>]>([
    ['says so', async () => ['error', "Elixir place doesn't understand media_track"]],
    ['is silent', () => Promise.reject(new AlloError('ALLO_E_REQUEST_TIMEOUT', 'no answer'))],
  ])('a place that does not know the request, and %s, is listened to all the same', async (_, answer) => {
    answers = answer;
    tracks.listen(7, listener);
    await time.advance(0);
    receive(7);
    expect(heard).toEqual([7]);
    expect(failures).toEqual([]);
  });

  it('a request that could not be sent is told to who listens', async () => {
    answers = () => Promise.reject(new AlloError('ALLO_E_SEND_CONGESTED', 'too much waits'));
    tracks.listen(7, listener);
    await time.advance(0);
    expect(failures).toEqual([[7, 'ALLO_E_SEND_CONGESTED']]);
  });

  it('a request that could not be sent is made again after a while, until it can', async () => {
    answers = () => Promise.reject(new AlloError('ALLO_E_SEND_CONGESTED', 'too much waits'));
    tracks.listen(7, listener);
    await time.advance(10 * CHOOSING_PAUSE);
    expect(asked).toHaveLength(11);
    answers = async ([name, id]) => [name, 'ok', id ?? null];
    await time.advance(10 * CHOOSING_PAUSE);
    expect(asked).toHaveLength(12);
    tracks.leave();
    await time.advance(10 * CHOOSING_PAUSE);
    expect(asked).toHaveLength(12);
  });

  it('after rejoining a track is asked for again, once the world has it', async () => {
    tracks.listen(7, listener);
    tracks.leave();
    expect(asked).toEqual([subscribe(7)]);
    enter();
    await time.advance(0);
    // The world is still what the place said before.
    expect(asked).toEqual([subscribe(7)]);
    await show({ bird: media(7) });
    expect(asked).toEqual([subscribe(7), subscribe(7)]);
  });

  it('what an answer says after leaving concerns nobody', async () => {
    let answer: (body: Body) => void = () => {};
    answers = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    tracks.listen(7, listener);
    tracks.leave();
    answer(['media_track', 'failed', 'late']);
    await time.advance(0);
    expect(failures).toEqual([]);
  });

  it('one state of the world is considered once, however much changes', async () => {
    const choose = vi.fn(() => []);
    tracks.follow(choose, listener);
    choose.mockClear();
    await show(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`e${n}`, media(n)])));
    expect(choose.mock.calls.length).toBeLessThanOrEqual(2);
  });
});

describe('following', () => {
  const bird = (carriers: ReadonlyMap<string, number>) => [carriers.get('bird') ?? -1];

  it('hears what an entity carries, whatever its number', async () => {
    enter();
    await show({ bird: media(7), mine: media(9) });
    tracks.follow(bird, listener);
    receive(7, 8);
    await show({ bird: media(8) });
    receive(7, 8);
    expect(heard).toEqual([7, 8]);
    expect(asked).toEqual([subscribe(7), unsubscribe(7), subscribe(8)]);
  });

  it('is not offered what we carry ourselves', async () => {
    enter();
    await show({ bird: media(7), mine: media(9) });
    tracks.follow((carriers) => carriers.values(), listener);
    expect(asked).toEqual([subscribe(7)]);
  });

  it('chooses anew when told to', async () => {
    enter();
    await show({ bird: media(7), frog: media(8) });
    let near = 'bird';
    const following = tracks.follow((carriers) => [carriers.get(near)!], listener);
    near = 'frog';
    following.reconsider();
    expect(asked).toEqual([subscribe(7), unsubscribe(7), subscribe(8)]);
    following.stop();
    expect(asked.at(-1)).toEqual(unsubscribe(8));
  });
});

it.each(['documented', 'v2', 'alloplace', 'v1'] as const)(
  'a place of %s is asked for nothing',
  async (name) => {
    enter(name);
    await show({ bird: media(7) });
    const stop = tracks.listen(7, listener);
    receive(7);
    stop();
    expect(heard).toEqual([7]);
    expect(asked).toEqual([]);
  },
);

it('nonsense in the world is no track', async () => {
  enter();
  const nonsense = [
    null,
    [],
    7,
    {},
    { track_id: -1 },
    { track_id: 1.5 },
    { track_id: 2 ** 32 },
    { track_id: '7' },
  ];
  await show(Object.fromEntries(nonsense.map((value, n) => [`e${n}`, { live_media: value }])));
  expect(tracks.carriers.size).toBe(0);
});
