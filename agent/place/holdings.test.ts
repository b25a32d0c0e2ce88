import { beforeEach, describe, expect, it } from 'vitest';
import { dialects } from '../wire/dialect.ts';
import type { Body, Interaction } from '../wire/interaction.ts';
import type { JsonObject } from '../wire/json.ts';
import { Holdings } from './holdings.ts';
import { EntityMap } from './state/entity-map.ts';

let holdings: Holdings;
let requests: number;

beforeEach(() => {
  enter('v3');
});

function enter(name: keyof typeof dialects): void {
  holdings = new Holdings(dialects[name]);
  requests = 0;
  ask(['announce', 'version', 3, 'identity', {}, 'spawn_avatar', {}], ['announce', 'avatar-1', 'Garden']);
}

function request(body: Body, from = 'avatar-1'): Interaction {
  return { kind: 'request', from, to: 'place', requestId: String(++requests), body };
}

/** Sends a request to the place, which answers it. */
function ask(body: Body, answer?: Body, from = 'place'): void {
  const asked = request(body);
  holdings.sent(asked);
  if (answer) holdings.answered({ ...asked, kind: 'response', from, to: '', body: answer });
}

function spawn(id: string, components: JsonObject): void {
  ask(['spawn_entity', components], ['spawn_entity', id]);
}

const under = (parent: string) => ({ relationships: { parent } });
const declare = (id: string, trackId: number): Body => [
  'change_components',
  id,
  'add_or_change',
  { live_media: { track_id: trackId } },
  'remove',
  [],
];
const allocate = (from: string) => holdings.judge(request(['allocate_track'], from))?.code;
const show = (...ids: string[]) =>
  holdings.saw(EntityMap.from(Object.fromEntries(ids.map((id) => [id, { id, components: {} }]))));

describe('an announcement', () => {
  it('is accepted by an answer of the place that names the avatar', () => {
    const fresh = new Holdings(dialects.v3);
    const announcement = request(['announce'], '');
    const answer = { ...announcement, kind: 'response', from: 'place', to: '' } as const;
    fresh.answered({ ...answer, body: ['announce', 'avatar-9', 'Garden'] });
    expect(fresh.accepted, 'nobody asked yet').toBe(false);
    fresh.sent(announcement);
    fresh.answered({ ...answer, from: 'visitor', body: ['announce', 'avatar-9', 'Garden'] });
    expect(fresh.accepted, 'that was not the place').toBe(false);
    fresh.answered({ ...answer, body: ['announce', 'error', 1003, 'Please update.'] });
    expect(fresh.accepted, 'that was a no').toBe(false);
    fresh.sent(announcement);
    fresh.answered({ ...answer, body: ['announce', 'avatar-9', 'Garden'] });
    expect(fresh.accepted).toBe(true);
  });
});

describe('entities', () => {
  it('are ours from their answer on, until we remove them or what they hang from', () => {
    expect(allocate('lamp')).toBe('ALLO_E_WIRE_REQUEST');
    spawn('lamp', under('avatar-1'));
    spawn('bulb', under('lamp'));
    expect(allocate('avatar-1')).toBeUndefined();
    expect(allocate('bulb')).toBeUndefined();
    ask(['remove_entity', 'lamp', 'cascade']);
    expect(allocate('lamp')).toBe('ALLO_E_WIRE_REQUEST');
    expect(allocate('bulb')).toBe('ALLO_E_WIRE_REQUEST');
    expect(allocate('avatar-1')).toBeUndefined();
  });

  it('are ours no longer once the place, that has shown them, shows them no more', () => {
    spawn('lamp', {});
    show('avatar-1', 'lamp', 'visitor');
    expect(allocate('lamp')).toBeUndefined();
    expect(allocate('visitor')).toBe('ALLO_E_WIRE_REQUEST');
    show('avatar-1', 'visitor');
    expect(allocate('lamp')).toBe('ALLO_E_WIRE_REQUEST');
  });
});

describe('tracks', () => {
  it('are those the place gave', () => {
    ask(['allocate_track', 'audio', 'opus', {}], ['allocate_track', 'failed', 'one track per entity']);
    expect(holdings.hasTrack(1)).toBe(false);
    ask(['allocate_track', 'audio', 'opus', {}], ['allocate_track', 'ok', 1]);
    expect(holdings.hasTrack(1)).toBe(true);
    ask(declare('avatar-1', 5));
    expect(holdings.hasTrack(5)).toBe(false);
  });

  it('are those that were said to be carried, where the place gives none', () => {
    enter('v2');
    ask(declare('avatar-1', 5));
    expect(holdings.hasTrack(5)).toBe(true);
    ask(declare('avatar-1', 6));
    expect(holdings.hasTrack(5)).toBe(false);
  });

  it('are gone with what carries them', () => {
    spawn('lamp', {});
    const wish = request(['allocate_track', 'audio', 'opus', {}], 'lamp');
    holdings.sent(wish);
    holdings.answered({
      ...wish,
      kind: 'response',
      from: 'place',
      to: '',
      body: ['allocate_track', 'ok', 8],
    });
    show('avatar-1', 'lamp');
    expect(holdings.hasTrack(8)).toBe(true);
    show('avatar-1');
    expect(holdings.hasTrack(8)).toBe(false);
  });
});

it('holds no more than so many subscriptions', () => {
  const subscribe = (id: number) => request(['media_track', id, 'subscribe']);
  for (let id = 0; id < 1_024; id++) holdings.sent(subscribe(id));
  expect(holdings.judge(subscribe(1_024))?.code).toBe('ALLO_E_WIRE_SUBSCRIPTION');
  holdings.sent(request(['media_track', 7, 'unsubscribe']));
  expect(holdings.judge(subscribe(1_024))).toBeUndefined();
});

it('forgets the oldest of what is never answered', () => {
  const early = request(['allocate_track', 'audio', 'opus', {}]);
  holdings.sent(early);
  for (let i = 0; i < 2_000; i++) ask(['spawn_entity', {}]);
  holdings.answered({ ...early, kind: 'response', from: 'place', to: '', body: ['allocate_track', 'ok', 3] });
  expect(holdings.hasTrack(3)).toBe(false);
});
