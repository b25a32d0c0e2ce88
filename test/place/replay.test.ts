import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { StateHistory } from '../../agent/place/state/history.ts';
import { World } from '../../agent/place/world.ts';
import { decodeClock } from '../../agent/wire/clock.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { decodeIntent } from '../../agent/wire/intent.ts';
import { decodeInteraction } from '../../agent/wire/interaction.ts';
import { isObject, type Json } from '../../agent/wire/json.ts';
import { decodeMedia } from '../../agent/wire/media.ts';
import { decodeState, type StatePacket } from '../../agent/wire/state.ts';
import { referenceMerge } from '../support/reference-patch.ts';

interface Recorded {
  readonly client?: string;
  readonly dir?: 's2c' | 'c2s';
  readonly event?: string;
  readonly channel?: number;
  readonly text?: string;
  readonly hex?: string;
  readonly len?: number;
}

const file = new URL('../fixtures/places/session-v3.jsonl.gz', import.meta.url);
const session = gunzipSync(readFileSync(file))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

/** What is needed of the recorded place's dialect to read its media. */
const recorded: Dialect = { ...dialects.documented, packetEnd: '' };

function packets(dir: 's2c' | 'c2s', channel: number, client?: string): Uint8Array[] {
  return session
    .filter((p) => p.dir === dir && p.channel === channel && (client === undefined || p.client === client))
    .map((p) => (p.text === undefined ? Buffer.from(p.hex ?? '', 'hex') : Buffer.from(p.text)))
    .map((buffer) => new Uint8Array(buffer));
}

describe('a recorded session', () => {
  it.each([
    ['interaction', 's2c', 1, decodeInteraction],
    ['intent', 'c2s', 0, decodeIntent],
    ['clock packet', 's2c', 4, decodeClock],
    ['media packet', 's2c', 3, (bytes: Uint8Array) => decodeMedia(bytes, recorded)],
  ] as const)('has no %s that is not understood', (_what, dir, channel, decode) => {
    const all = packets(dir, channel);
    expect(all.length).toBeGreaterThan(0);
    for (const bytes of all) expect(decode(bytes)).toMatchObject({ ok: true });
  });

  it.each([
    ['A', 179],
    ['B', 99],
  ])('as client %s saw it ends, revision by revision, in the right world', (client, count) => {
    const history = new StateHistory();
    const world = new World(() => {});
    const revisions = new Map<number, Json>();
    const states = packets('s2c', 0, client);
    expect(states).toHaveLength(count);
    for (const bytes of states) {
      const decoded = decodeState(bytes);
      if (!decoded.ok) throw new Error(decoded.detail);
      const packet = decoded.value;
      expect(history.receive(packet, bytes.length)).toBe('applied');
      world.show(history.entities, packet.revision);
      const expected = straightforwardly(packet, revisions);
      revisions.set(packet.revision, expected);
      expect(shown(world)).toEqual(expected);
      expect(history.acknowledged).toBe(packet.revision);
    }
    expect(world.revision).toBe(Math.max(...revisions.keys()));
    expect(world.entities.get('place')?.components.clock).toBeDefined();
  });
});

function straightforwardly(packet: StatePacket, revisions: ReadonlyMap<number, Json>): Json {
  if (packet.style === 'set') return packet.entities;
  if (packet.style === 'apply') throw new Error('this place never sent that');
  const base = revisions.get(packet.from);
  if (!isObject(base)) throw new Error(`no revision ${packet.from}`);
  return referenceMerge(base, packet.entities);
}

function shown(world: World): Json {
  return Object.fromEntries([...world.entities].map(([id, { components }]) => [id, { id, components }]));
}
