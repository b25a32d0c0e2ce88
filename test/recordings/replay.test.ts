import { describe, expect, it } from 'vitest';
import { StateHistory } from '../../agent/place/state/history.ts';
import { World } from '../../agent/place/world.ts';
import { decodeIntent } from '../../agent/wire/intent.ts';
import { isObject, type Json, type JsonObject } from '../../agent/wire/json.ts';
import { decodeState } from '../../agent/wire/state.ts';
import { referenceMerge } from '../support/reference-patch.ts';
import { bytesOf, golden, type RecordedDialect, session, useOf, withSessions } from './recording.ts';

/** The place's state as it stands in the packet, read without any code of the agent. */
interface PlainState {
  readonly patch_style?: 'set' | 'merge';
  readonly patch_from?: number;
  readonly revision: number;
  readonly entities: JsonObject | readonly (JsonObject & { readonly id: string })[];
}

/** What a client knows of the place: every revision it ever saw. */
type Revisions = Map<number, JsonObject>;

/** A revision by the book: RFC 7396, every step on deep clones, nothing ever forgotten. */
function straightforwardly(state: PlainState, revisions: Revisions): JsonObject {
  const { patch_style = 'set', patch_from, entities } = state;
  if (Array.isArray(entities)) return Object.fromEntries(entities.map((entity) => [entity.id, entity]));
  if (patch_style === 'set') return entities as JsonObject;
  const base = revisions.get(patch_from!);
  if (!base) throw new Error(`no revision ${patch_from}`);
  return referenceMerge(base, entities) as JsonObject;
}

interface Replayed {
  /** Every revision, as the client came to know it. */
  readonly revisions: Revisions;
  /** Those the place described whole. */
  readonly described: Revisions;
}

const replayed = new Map<string, Replayed>();

function replay(name: RecordedDialect, client: string): Replayed {
  const known = replayed.get(name + client) ?? replayOnce(name, client);
  replayed.set(name + client, known);
  return known;
}

/** Plays what one client sent and received, and checks at every state that all is as it should be. */
function replayOnce(name: RecordedDialect, client: string): Replayed {
  const history = new StateHistory();
  const world = new World(() => {});
  const revisions: Revisions = new Map();
  const described: Revisions = new Map();
  const acknowledged = new Set<number>();
  for (const packet of session(name)) {
    if (packet.client !== client || useOf(name, packet.channel) !== 'state') continue;
    const bytes = bytesOf(packet);
    if (packet.dir === 'c2s') {
      const intent = decodeIntent(bytes);
      if (intent.ok) acknowledged.add(intent.value.ackStateRevision);
      continue;
    }
    const plain = JSON.parse(packet.text!) as PlainState;
    const expected = straightforwardly(plain, revisions);
    if (plain.patch_style === 'merge') expect(acknowledged).toContain(plain.patch_from);
    else described.set(plain.revision, expected);

    const decoded = decodeState(bytes);
    if (!decoded.ok) throw new Error(decoded.detail);
    expect(history.receive(decoded.value, bytes.length)).toBe('applied');
    world.show(history.entities, decoded.value.revision);
    expect(shown(world)).toEqual(expected);
    expect(history.acknowledged).toBe(plain.revision);
    revisions.set(plain.revision, expected);
  }
  expect(world.revision).toBe(Math.max(...revisions.keys()));
  return { revisions, described };
}

function shown(world: World): Json {
  return Object.fromEntries([...world.entities].map(([id, { components }]) => [id, { id, components }]));
}

/** A merge patch cannot say null: who was sent it in a set has it, who was sent a patch has not. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNulls(member)]));
}

describe.each(withSessions)('a session in a place of %s', (name) => {
  it('shows each client, revision by revision, the right world', () => {
    for (const client of ['A', 'B']) {
      const { revisions, described } = replay(name, client);
      expect(revisions.size).toBeGreaterThan(60);
      expect(described.size).toBeGreaterThan(0);
      expect(described.size).toBeLessThan(revisions.size);
    }
  });

  it('shows both clients one world, whichever revisions they were patched from', () => {
    const a = replay(name, 'A');
    const b = replay(name, 'B');
    let common = 0;
    for (const [revision, world] of b.revisions) {
      const other = a.revisions.get(revision);
      if (!other) continue;
      expect(withoutNulls(other)).toEqual(withoutNulls(world));
      common++;
    }
    expect(common).toBeGreaterThan(60);
  });

  it('comes by patches to what the place says of itself when asked for the whole', () => {
    const patched = replay(name, 'A').revisions;
    const whole = [...replay(name, 'B').described];
    expect(whole.length).toBeGreaterThan(0);
    for (const [revision, description] of whole)
      expect(withoutNulls(patched.get(revision)!)).toEqual(withoutNulls(description));
  });
});

describe('the states of a place of v1', () => {
  it('are whole lists of entities, each of which replaces what was there before', () => {
    const states = golden('v1').filter(
      ({ dir, channel }) => dir === 's2c' && useOf('v1', channel) === 'state',
    );
    expect(states.length).toBe(3);
    const plain = states.map((packet) => ({ packet, state: JSON.parse(packet.text!) as PlainState }));
    for (const order of [plain, plain.toReversed()]) {
      for (const { packet, state } of order) {
        // Recordings of several places: each is joined anew, in a world that still shows the last.
        const history = new StateHistory();
        const world = new World(() => {});
        const bytes = bytesOf(packet);
        const decoded = decodeState(bytes);
        if (!decoded.ok) throw new Error(decoded.detail);
        expect(history.receive(decoded.value, bytes.length)).toBe('applied');
        world.show(history.entities, decoded.value.revision);
        expect(shown(world)).toEqual(straightforwardly(state, new Map()));
        expect(world.revision).toBe(state.revision);
      }
    }
  });
});
