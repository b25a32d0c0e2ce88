import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaceSession } from '../../agent/place/session.ts';
import { type Dialect, type DialectName, dialects } from '../../agent/wire/dialect.ts';
import type { Body } from '../../agent/wire/interaction.ts';
import type { Deed } from '../support/deed.ts';
import { answers, type Character, characters, deeds } from '../support/odd-calls.ts';
import { HELD_ASSET } from '../support/odd-values.ts';
import { STRICT_ADDRESS, StrictPlace } from '../support/strict-place.ts';

/** Sequences for each kind of place; half as many where the dialect has to be found out. SEQUENCES=1000 runs as many. */
const SEQUENCES = Number(process.env.SEQUENCES ?? 20);

const kinds = Object.keys(dialects) as DialectName[];

/** How often each sort of packet was heard, so that silence is not taken for safety. */
type Heard = Map<string, number>;

/** Lives one life at a place of `kind`, and tells how the place fared. */
async function live(
  kind: DialectName,
  dialect: Dialect | 'auto',
  { displayName, avatar }: Character,
  life: readonly Deed[],
  said: readonly Body[],
): Promise<StrictPlace> {
  const place = new StrictPlace(kind, dialect === 'auto');
  place.assets.set(HELD_ASSET, new Uint8Array(9));
  await place.open();
  const session = new PlaceSession({
    address: STRICT_ADDRESS,
    dialect,
    identity: { displayName },
    avatar,
    dial: place.network.dial,
    time: place.time,
    random: () => 0.5,
  });
  let answered = 0;
  session.onRequest(() => said[answered++ % said.length]);
  const track = session.tracks.outgoing('avatar');
  session.entities.declare('lamp', { text: { string: 'off' } });
  session.entities.declare('soil', {});
  session.start();
  await place.time.advance(1_200);
  track.send(new Uint8Array(5));
  session.oneWay('visitor', ['point-exit']);
  session.entities.update('avatar', { text: { string: 'Garden' } });
  session.entities.remove('soil');
  session.assets.fetch(HELD_ASSET).catch(() => {});
  session.request('visitor', ['poke', true], { timeout: 100 }).catch(() => {});
  place.say('request', 'visitor', ['poke', false], 'q');
  await place.time.advance(300);
  for (const deed of life) {
    const done = deed.do(session, place);
    // Time passes only where it is meant to: everything else goes on meanwhile.
    if (deed.waits) await done;
  }
  await place.time.advance(2_000);
  await Promise.all([session.stop(), place.time.advance(2_000)]);
  return place;
}

async function expectHarmless(kind: DialectName, dialect: Dialect | 'auto'): Promise<Heard> {
  const heard: Heard = new Map();
  const property = fc.asyncProperty(characters, deeds, answers, async (character, life, said) => {
    const place = await live(kind, dialect, character, life, said);
    expect(place.wounds).toEqual([]);
    for (const [name, count] of place.heard) heard.set(name, (heard.get(name) ?? 0) + count);
  });
  await fc.assert(property, { numRuns: dialect === 'auto' ? SEQUENCES / 2 : SEQUENCES });
  if (process.env.SEQUENCES) console.info(kind, dialect === 'auto', [...heard].sort().join(' '));
  return heard;
}

describe.each(kinds)('a session at a place of kind %s', (kind) => {
  const { channels, mediaTo, spawns }: Dialect = dialects[kind];
  const expected = ['announce', 'change_components', 'one-way', 'request', 'response', 'state'];
  if (channels.assets !== undefined) expected.push('assets');
  if (channels.clock !== undefined) expected.push('clock');
  if (mediaTo !== 'nobody') expected.push('media');
  if (spawns) expected.push('spawn_entity', 'remove_entity');

  it('sends nothing that could harm it, whatever is asked of it and whatever happens', async () => {
    const heard = await expectHarmless(kind, dialects[kind]);
    expect([...heard.keys()]).toEqual(expect.arrayContaining(expected));
  });

  it('nor does one that has to find out what it speaks', async () => {
    const heard = await expectHarmless(kind, 'auto');
    expect([...heard.keys()]).toEqual(expect.arrayContaining(expected));
  });
});
