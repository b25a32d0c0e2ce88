import { beforeEach, describe, expect, it } from 'vitest';
import type { Body, Interaction } from '../wire/interaction.ts';
import type { JsonObject } from '../wire/json.ts';
import { Holdings } from './holdings.ts';

let holdings: Holdings;
let requests: number;

beforeEach(() => {
  holdings = new Holdings();
  requests = 0;
  ask(['announce', 'version', 3, 'identity', {}, 'spawn_avatar', {}], ['announce', 'avatar-1', 'Garden']);
});

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
const hang = (id: string, parent: string): Body => [
  'change_components',
  id,
  'add_or_change',
  under(parent),
  'remove',
  [],
];
const animate = (from: string) => holdings.judge(request(['add_property_animation', {}], from))?.code;

describe('an announcement', () => {
  it('is accepted by an answer of the place that names the avatar', () => {
    const fresh = new Holdings();
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
    expect(animate('lamp')).toBe('ALLO_E_WIRE_REQUEST');
    spawn('lamp', under('avatar-1'));
    spawn('bulb', under('lamp'));
    expect(animate('avatar-1')).toBeUndefined();
    expect(animate('bulb')).toBeUndefined();
    ask(['remove_entity', 'lamp', 'cascade']);
    expect(animate('lamp')).toBe('ALLO_E_WIRE_REQUEST');
    expect(animate('bulb')).toBe('ALLO_E_WIRE_REQUEST');
    expect(animate('avatar-1')).toBeUndefined();
  });

  it('never hang from what hangs from them', () => {
    spawn('lamp', under('avatar-1'));
    spawn('bulb', under('lamp'));
    expect(holdings.judge(request(hang('avatar-1', 'bulb')))?.code).toBe('ALLO_E_WIRE_COMPONENT');
    expect(holdings.judge(request(hang('bulb', 'avatar-1')))).toBeUndefined();
    ask(['remove_entity', 'lamp', 'cascade'], ['remove_entity', 'failed']);
    expect(holdings.judge(request(hang('avatar-1', 'bulb')))?.code).toBe('ALLO_E_WIRE_COMPONENT');
    ask(hang('bulb', 'visitor'));
    expect(holdings.judge(request(hang('avatar-1', 'bulb')))).toBeUndefined();
  });
});

describe('tracks', () => {
  it('are those the place gave, and those that were said to be carried', () => {
    ask(['allocate_track', 'audio', 'opus', {}], ['allocate_track', 'failed', 'one track per entity']);
    expect(holdings.hasTrack(1)).toBe(false);
    ask(['allocate_track', 'audio', 'opus', {}], ['allocate_track', 'ok', 1]);
    expect(holdings.hasTrack(1)).toBe(true);
    ask(['change_components', 'lamp', 'add_or_change', { live_media: { track_id: 5 } }, 'remove', []]);
    expect(holdings.hasTrack(5)).toBe(true);
  });
});

it('forgets the oldest of what is never answered', () => {
  const early = request(['allocate_track', 'audio', 'opus', {}]);
  holdings.sent(early);
  for (let i = 0; i < 2_000; i++) ask(['spawn_entity', {}]);
  holdings.answered({ ...early, kind: 'response', from: 'place', to: '', body: ['allocate_track', 'ok', 3] });
  expect(holdings.hasTrack(3)).toBe(false);
});
