import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace, setOf } from '../../test/support/scripted-place.ts';
import { dialects } from '../wire/dialect.ts';
import { restingIntent } from '../wire/intent.ts';
import type { PlaceSession } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
  session.start();
  await place.time.advance(200);
});

/** The revisions acknowledged from now on until the time has passed. */
async function acknowledged(ms: number): Promise<number[]> {
  const before = place.intents.length;
  await place.time.advance(ms);
  return place.intents.slice(before).map((intent) => intent.ackStateRevision);
}

describe('the state of the place', () => {
  it('is asked for at once after joining, and acknowledged promptly', async () => {
    expect(place.intents[0]).toMatchObject({ ...restingIntent, ackStateRevision: 0 });
    expect(place.intents[0]!.at).toBeLessThan(1_060);
    place.state(setOf(41, {}));
    expect(await acknowledged(2)).toEqual([41]);
  });

  it('is asked for whole where its revision is larger than such a place lets us say', async () => {
    const stopped = session.stop();
    await place.time.advance(100);
    await stopped;
    session = place.session({ dialect: { ...dialects.documented, largestAcknowledgement: 100 } });
    session.start();
    await place.time.advance(200);
    place.state(setOf(100, {}));
    expect(await acknowledged(2)).toEqual([100]);
    await place.time.advance(100);
    place.state(setOf(101, { lamp: {} }));
    expect(await acknowledged(2)).toEqual([0]);
    expect(session.world.entities.has('lamp')).toBe(true);
  });

  it('that came before the place accepted us is acknowledged with the first intent', async () => {
    place.disconnect(0);
    place.scripts.announce = ({ body }, p) => {
      p.state(setOf(7, { lamp: {}, 'avatar-2': {} }));
      return [body[0], 'avatar-2', 'Garden'];
    };
    const before = place.intents.length;
    await place.time.advance(1_000);
    expect(place.intents[before]?.ackStateRevision).toBe(7);
  });

  it('is acknowledged 20 times a second at most, the newest revision each time', async () => {
    place.state(setOf(1, {}));
    await place.time.advance(500);
    const before = place.intents.length;
    for (let revision = 2; revision <= 202; revision++) {
      place.state({ style: 'merge', from: revision - 1, revision, entities: {} });
      await place.time.advance(10);
    }
    await place.time.advance(100);
    const intents = place.intents.slice(before);
    for (const [i, { at }] of intents.slice(1).entries())
      expect(at - intents[i]!.at).toBeGreaterThanOrEqual(50);
    expect(intents.length).toBeGreaterThan(38);
    expect(intents.at(-1)?.ackStateRevision).toBe(202);
  });

  it('is acknowledged at least once a second', async () => {
    place.state(setOf(5, {}));
    await place.time.advance(10_000);
    const times = place.intents.map(({ at }) => at);
    for (const [i, at] of times.slice(1).entries()) expect(at - times[i]!).toBeLessThanOrEqual(1_000);
    expect(times.length).toBeLessThan(16);
  });

  it('is asked for anew where a change cannot be carried out, until it comes', async () => {
    place.state(setOf(5, { lamp: {} }));
    expect(await acknowledged(100)).toEqual([5]);
    place.state({ style: 'merge', from: 3, revision: 6, entities: {} });
    place.state({ style: 'apply', from: 5, revision: 7, operations: [{ op: 'remove', path: '/nothing' }] });
    expect(await acknowledged(100)).toEqual([0]);
    expect(session.counters.get('ALLO_E_STATE_BASE')).toBe(1);
    expect(session.counters.get('ALLO_E_STATE_PATCH')).toBe(1);
    expect(session.world.revision).toBe(5);
    place.state(setOf(8, { chair: {} }));
    expect(await acknowledged(100)).toEqual([8]);
    expect([...session.world.entities.keys()]).toEqual(['chair']);
  });

  it('goes on when revisions begin again at 0', async () => {
    const last = Number.MAX_SAFE_INTEGER;
    place.state(setOf(last, { lamp: {} }));
    place.state({
      style: 'merge',
      from: last,
      revision: 0,
      entities: { chair: { id: 'chair', components: {} } },
    });
    await place.time.advance(100);
    place.state({ style: 'merge', from: 0, revision: 1, entities: { lamp: null } });
    expect(await acknowledged(100)).toEqual([1]);
    expect([...session.world.entities.keys()]).toEqual(['chair']);
  });

  it('does not go back where the network changes the order', async () => {
    place.state(setOf(1, {}));
    await place.time.advance(10);
    const delays = [1, 40, 1];
    place.network.options.delay = () => delays.shift() ?? 1;
    for (const [i, id] of ['a', 'b', 'c'].entries())
      place.state({ style: 'merge', from: 1, revision: i + 2, entities: { [id]: { id, components: {} } } });
    await place.time.advance(100);
    expect(session.counters.get('ALLO_E_STATE_STALE')).toBe(1);
    expect(session.world.revision).toBe(4);
    expect([...session.world.entities.keys()]).toEqual(['c']);
  });
});
