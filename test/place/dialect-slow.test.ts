import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaceSession } from '../../agent/place/session.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { JoinStage } from '../support/join-stage.ts';

const HELLO = 'asset:sha256:5a09e8fa9c77807b24e99c9cf999debfad8441e269eb960e201f61fc3de20d5a';

const all: readonly Dialect[] = Object.values(dialects);
const slow = all.filter(({ stateBeforeAnnounce }) => stateBeforeAnnounce);
const found = (place: Dialect) => (place === dialects.alloplace ? dialects.v3 : place);
/** Connections it may take: where channels prove nothing, the first shows that there is something to wait for. */
const dials = ({ channels }: Dialect) => (channels.count === 5 ? 2 : 1);

let stage: JoinStage;

beforeEach(() => {
  stage = new JoinStage();
});

/** A session at work in a place whose states come late: it has a track, an entity, and fetches an asset. */
async function enter(place: Dialect, wanted: Dialect | 'auto', lateMs: number): Promise<PlaceSession> {
  stage.holdStatesBack(place, lateMs);
  await stage.open(place);
  return stage.session(wanted);
}

/** Nothing that crashes the place, no asset where there are none, and no track in the form of another dialect. */
function expectHarmless(place: Dialect): void {
  expect(stage.lethal).toEqual([]);
  for (const { channel, text } of stage.sent) {
    if (place.channels.assets === undefined) expect(channel).not.toBe(2);
    if (place.packetEnd === '\n') expect(text.endsWith('\n')).toBe(true);
    if (text.includes('"allocate_track"'))
      expect(text.includes('48000,1')).toBe(place === dialects.documented);
  }
}

describe.each(slow.map((place) => [place.name, place] as const))('a place that speaks %s', (_name, place) => {
  describe.each([1_200, 3_000])('whose first state takes %i ms', (lateMs) => {
    it.each<[string, Dialect | 'auto']>([
      ['auto', 'auto'],
      [place.name, place],
    ])('is joined with %s in the configuration', async (_said, wanted) => {
      const session = await enter(place, wanted, lateMs);
      const fetched = session.assets.fetch(HELLO, { timeout: 60_000 }).then(
        ({ size }) => size,
        ({ code }: { code: string }) => code,
      );
      await stage.joined(session);
      await stage.time.advance(lateMs + 1_000);
      const spoken = wanted === 'auto' ? found(place) : place;
      expect(session.status).toMatchObject({ state: 'joined', dialect: spoken.name });
      expect(stage.dialled.length).toBeLessThanOrEqual(dials(place));
      expectHarmless(place);
      expect(await fetched).toBe(place.channels.assets === undefined ? 'ALLO_E_ASSET_UNSUPPORTED' : 13);
      const { state } = session.tracks.outgoing('avatar');
      expect(state).toBe(place.trackRequest === 'none' ? 'failed' : 'allocated');
    });

    it.each(
      all.filter((wanted) => found(wanted) !== found(place)).map((wanted) => [wanted.name, wanted] as const),
    )('is not harmed, nor pestered, with %s in the configuration', async (_said, wanted) => {
      const session = await enter(place, wanted, lateMs);
      session.assets.fetch(HELLO, { timeout: 60_000 }).catch(() => {});
      await stage.time.advance(60_000);
      expect(session.dialect).toBeUndefined();
      expect(session.status.error?.code).toMatch(/^ALLO_E_PLACE_(DIALECT|VERSION)$/);
      expect(stage.dialled.length).toBeLessThan(10);
      expectHarmless(place);
    });
  });

  it('and sends no state at all is not pestered, and joined once it does', async () => {
    const session = await enter(place, 'auto', Number.POSITIVE_INFINITY);
    session.assets.fetch(HELLO, { timeout: 300_000 }).catch(() => {});
    await stage.time.advance(120_000);
    expect(stage.dialled.length).toBeLessThanOrEqual(24);
    expectHarmless(place);
    stage.holdStatesBack(place, 0);
    await stage.time.advance(30_000);
    await stage.joined(session);
    await stage.time.advance(1_000);
    expect(session.dialect).toBe(found(place));
    expectHarmless(place);
  });
});

describe('a place that was slow', () => {
  it('is found when it is another one by then', async () => {
    const session = await enter(dialects.v3, 'auto', Number.POSITIVE_INFINITY);
    await stage.time.advance(20_000);
    await stage.open(dialects.documented);
    await stage.time.advance(500);
    expect(await stage.joined(session)).toBeLessThan(20_000);
    expect(session.dialect).toBe(dialects.documented);
  });

  it('may be left and joined anew in the middle of the search', async () => {
    const session = await enter(dialects.v3, 'auto', 1_200);
    for (const ms of [500, 600, 50, 1_300, 100]) {
      await stage.time.advance(ms);
      const stopped = session.stop();
      session.start();
      await stage.time.advance(5);
      void stopped;
    }
    expect(await stage.joined(session)).toBeLessThan(3_000);
    await stage.time.advance(5_000);
    expect(session.dialect).toBe(dialects.v3);
    expect(session.tracks.outgoing('avatar').state).toBe('allocated');
    expectHarmless(dialects.v3);
  });

  it('is not remembered as what it was taken for', async () => {
    const remembered: string[] = [];
    const memory = {
      recall: () => undefined,
      remember: (_place: string, { name }: Dialect) => void remembered.push(name),
    };
    stage.holdStatesBack(dialects.v3, 8_000);
    await stage.open(dialects.v3);
    stage.session('auto', memory);
    await stage.time.advance(60_000);
    expect(remembered).toEqual([]);
    stage.holdStatesBack(dialects.v3, 0);
    await stage.time.advance(60_000);
    expect(remembered).toEqual(['v3']);
  });
});

describe('a place that is silent on its clock', () => {
  it('is joined, but gets neither sound nor assets until it tells its time', async () => {
    const { documented } = dialects;
    let tells = false;
    stage.arriving = ({ channel, data }) =>
      channel === documented.channels.clock && !tells ? undefined : data;
    await stage.open(documented);
    const session = stage.session(documented);
    const fetching = session.assets.fetch(HELLO, { timeout: 60_000 });
    const { id } = await session.assets.offer(new Uint8Array(1_000));
    const sent: string[] = [];
    session.assets.observe({ sent: (one) => void sent.push(one) });
    expect(await stage.joined(session)).toBeLessThan(200);
    expect(session.assets.push(id)).toBe('cached');
    await stage.time.advance(10_000);
    expect(session.entities.id('switch')).toBeDefined();
    expect(session.tracks.outgoing('avatar').state).toBe('waiting');
    await expect(
      session.request('place', ['allocate_track', 'audio', 48_000, 1, 'opus']),
    ).rejects.toMatchObject({
      code: 'ALLO_E_REQUEST_UNSENDABLE',
      message: expect.stringMatching(/not certain yet that the place speaks documented/),
    });
    expect(stage.sent.filter(({ channel }) => channel === documented.channels.assets)).toEqual([]);
    tells = true;
    await stage.time.advance(1_500);
    expect(session.tracks.outgoing('avatar').state).toBe('allocated');
    expect((await fetching).size).toBe(13);
    expect(sent).toEqual([id]);
    expect(session.counters.get('ALLO_E_WIRE_TURN')).toBe(1);
  });
});
