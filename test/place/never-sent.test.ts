import { describe, expect, it } from 'vitest';
import { Exit, type Outgoing } from '../../agent/place/exit.ts';
import { EntityMap } from '../../agent/place/state/entity-map.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import type { Interaction } from '../../agent/wire/interaction.ts';
import type { JsonObject } from '../../agent/wire/json.ts';
import type { MediaPacket } from '../../agent/wire/media.ts';
import { neverSent } from '../../agent/wire/never-sent.ts';
import { allocateTrackBody, announceBody, changeComponentsBody } from '../../agent/wire/place-requests.ts';
import type { Outcome } from '../../agent/wire/rejection.ts';
import {
  AVATAR_ID,
  type Specimen,
  specimens,
  type Thing,
  TRACK_ID,
  type Utterance,
} from '../support/lethal-specimens.ts';
import { rawPacket } from '../support/raw-packet.ts';
import { type PlaceKind, Referee } from '../support/referee.ts';

const request = (requestId: string, from: string, body: Interaction['body']): Interaction => ({
  kind: 'request',
  from,
  to: 'place',
  requestId,
  body,
});
const response = (requestId: string, body: Interaction['body']): Interaction => ({
  kind: 'response',
  from: 'place',
  to: '',
  requestId,
  body,
});

function say(exit: Exit, utterance: Utterance): Outcome<Outgoing> | undefined {
  if ('interaction' in utterance) return exit.interaction(utterance.interaction);
  if ('intent' in utterance) return exit.intent(utterance.intent);
  if ('media' in utterance) return exit.media(utterance.media);
  if ('clock' in utterance) return exit.clock(utterance.clock);
  if ('asset' in utterance) return exit.asset(utterance.asset);
  return undefined;
}

function send(exit: Exit, utterance: Utterance): void {
  const outcome = say(exit, utterance);
  if (!outcome?.ok) throw new Error(`harmless, but refused: ${outcome?.detail}`);
  outcome.value.sent();
}

/** What stands in the place: the avatar first, if nothing else is said of it. */
function standing(scene: Specimen['scene'] = {}): [string, Thing][] {
  return Object.entries({ [AVATAR_ID]: { ours: true, components: {} }, ...scene });
}

/** The exit of an agent that was accepted and has one track. */
function exitOf({
  place,
  unaccepted,
  takenFor,
  granted,
  scene,
  gone = [],
}: Omit<Specimen, 'rule' | 'lethal'>): Exit {
  const dialect: Dialect = dialects[takenFor ?? place];
  let certain = true;
  const exit = new Exit(dialect, granted ?? dialect.channels.count, () => certain);
  if (unaccepted) return exit;
  send(exit, { interaction: request('join', '', announceBody(dialect, { displayName: 'A' }, {})) });
  exit.heard(response('join', ['announce', AVATAR_ID, 'Place']));
  let shown = EntityMap.empty;
  for (const [id, { ours, components }] of standing(scene)) {
    if (ours && id !== AVATAR_ID) {
      const { parent } = (components.relationships ?? {}) as JsonObject;
      const known = parent === undefined || shown.get(parent as string) !== undefined;
      // What others have done to it since is seen, but was not said.
      const said = known ? components : { ...components, relationships: {} };
      send(exit, { interaction: request(id, AVATAR_ID, ['spawn_entity', said]) });
      exit.heard(response(id, ['spawn_entity', id]));
    }
    shown = shown.with(id, { id, components });
    exit.saw(shown);
  }
  for (const id of gone) {
    shown = shown.without(id);
    exit.saw(shown);
  }
  if (dialect.trackRequest === 'unasked') {
    const declaration = changeComponentsBody(AVATAR_ID, { live_media: { track_id: TRACK_ID } }, []);
    send(exit, { interaction: request('track', AVATAR_ID, declaration) });
  } else if (dialect.trackRequest !== 'none') {
    send(exit, { interaction: request('track', AVATAR_ID, allocateTrackBody(dialect)) });
    exit.heard(response('track', ['allocate_track', 'ok', TRACK_ID]));
  }
  certain = takenFor === undefined;
  return exit;
}

function refereeOf({ place, unaccepted, scene, gone = [] }: Omit<Specimen, 'rule' | 'lethal'>): Referee {
  const referee = new Referee(place);
  if (unaccepted) return referee;
  referee.announced = true;
  referee.scene.avatar = AVATAR_ID;
  for (const [id, { ours, components }] of standing(scene)) referee.scene.put(id, components, ours);
  for (const id of gone) referee.scene.take(id);
  referee.tracks.add(TRACK_ID);
  return referee;
}

function judge(referee: Referee, utterance: Utterance, place: PlaceKind, granted = 6): string | undefined {
  const { channel, bytes } = rawPacket(place, utterance);
  return channel < granted ? referee.judge(channel, bytes) : `lethal: channel ${channel} was not granted`;
}

const named = specimens.map((specimen, i) => ({ ...specimen, n: i + 1 }));

describe('lethal to a place', () => {
  it.each(named)('is $n: $rule, at $place', (specimen) => {
    const { place, before = [], lethal, granted } = specimen;
    const referee = refereeOf(specimen);
    for (const harmless of before) expect(judge(referee, harmless, place)).toBeUndefined();
    expect(judge(referee, lethal, place, granted)).toMatch(/^lethal: /);
  });
});

describe('refused at the exit, by the code of its rule and however often it is tried,', () => {
  it.each(named.filter(({ lethal }) => !('bytes' in lethal)))('is $n: $rule, at $place', (specimen) => {
    const { rule, before = [], lethal } = specimen;
    const exit = exitOf(specimen);
    for (const harmless of before) send(exit, harmless);
    const { code } = neverSent[rule] as { code?: string };
    for (let i = 0; i < 2; i++) expect(say(exit, lethal)).toMatchObject({ ok: false, code });
  });
});

it.each([null, undefined, 'sound', [1, 2, 3, 4]])('%j is no media, and refused as such', (payload) => {
  const packet = { trackId: TRACK_ID, payload } as unknown as MediaPacket;
  const code = 'ALLO_E_WIRE_MEDIA_SHORT';
  expect(exitOf({ place: 'v3' }).media(packet)).toMatchObject({ ok: false, code });
});

describe('the rules', () => {
  it('have a specimen each', () => {
    expect([...new Set(specimens.map(({ rule }) => rule))].sort()).toEqual(Object.keys(neverSent).sort());
  });

  it('say what and why', () => {
    for (const { what, why } of Object.values(neverSent)) {
      expect(what).toMatch(/^[a-z`].*[^.]$/s);
      expect(why).toMatch(/^[A-Z].*\.$/s);
    }
  });
});

describe.each(Object.keys(dialects) as PlaceKind[])('at %s', (place) => {
  it('what an agent has to say is let out, and is harmless', () => {
    const dialect: Dialect = dialects[place];
    const exit = exitOf({ place });
    const referee = refereeOf({ place });
    const good: Utterance[] = [
      { interaction: request('1', AVATAR_ID, ['hello', null, { a: [null] }]) },
      {
        interaction: request(
          '2',
          AVATAR_ID,
          changeComponentsBody(AVATAR_ID, { text: { string: '\0' } }, ['x']),
        ),
      },
      { interaction: request('3', AVATAR_ID, ['media_track', 1, 'subscribe']) },
      { interaction: request('4', AVATAR_ID, ['media_track', 1, 'unsubscribe']) },
      { interaction: request('5', AVATAR_ID, ['media_track', 1, 'subscribe']) },
      { interaction: { ...request('6', AVATAR_ID, ['poke', true]), to: 'visitor' } },
      { interaction: { ...response('7', ['poke', 'ok']), from: AVATAR_ID, to: 'visitor' } },
    ];
    if (dialect.spawns) good.push({ interaction: request('8', AVATAR_ID, ['spawn_entity', { text: {} }]) });
    if (dialect.channels.clock !== undefined) good.push({ clock: { clientClock: 1 } });
    if (dialect.mediaTo !== 'nobody') good.push({ media: { trackId: TRACK_ID, payload: new Uint8Array(3) } });
    for (const utterance of good) {
      const outcome = say(exit, utterance);
      expect(outcome).toMatchObject({ ok: true });
      if (!outcome?.ok) continue;
      outcome.value.sent();
      expect(referee.judge(outcome.value.channel, outcome.value.bytes)).toBeUndefined();
    }
  });
});

describe('a subscription', () => {
  const subscribe = (id: string): Utterance => ({
    interaction: request(id, AVATAR_ID, ['media_track', 5, 'subscribe']),
  });
  const unsubscribe: Utterance = { interaction: request('u', AVATAR_ID, ['media_track', 5, 'unsubscribe']) };
  const refused = { ok: false, code: 'ALLO_E_WIRE_SUBSCRIPTION' };

  it('may be made again once the place has refused it', () => {
    const exit = exitOf({ place: 'v3' });
    send(exit, subscribe('a'));
    exit.heard(response('a', ['media_track', 'failed', 'invalid track id']));
    expect(say(exit, unsubscribe)).toMatchObject(refused);
    send(exit, subscribe('b'));
    expect(say(exit, subscribe('c'))).toMatchObject(refused);
  });

  it('stands although an earlier one is refused late', () => {
    const exit = exitOf({ place: 'v3' });
    send(exit, subscribe('a'));
    send(exit, unsubscribe);
    send(exit, subscribe('b'));
    exit.heard(response('a', ['media_track', 'failed', 'invalid track id']));
    expect(say(exit, subscribe('c'))).toMatchObject(refused);
  });

  it('does not count while the connection has not taken the request', () => {
    const exit = exitOf({ place: 'v3' });
    expect(say(exit, subscribe('a'))).toMatchObject({ ok: true });
    expect(say(exit, subscribe('b'))).toMatchObject({ ok: true });
  });
});
