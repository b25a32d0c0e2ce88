import { beforeEach, describe, expect, it } from 'vitest';
import { ShortDialectMemory } from '../../agent/place/dialect/memory.ts';
import type { PlaceSession } from '../../agent/place/session.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { JoinStage } from '../support/join-stage.ts';

const all: readonly Dialect[] = Object.values(dialects);
/** What listening finds: alloplace cannot be told from v3, and is spoken to as such. */
const found = (place: Dialect) => (place === dialects.alloplace ? dialects.v3 : place);
const named = all.map((dialect) => [dialect.name, dialect] as const);

let stage: JoinStage;

beforeEach(() => {
  stage = new JoinStage();
});

/** What the agent sent, judged by what it sent alone. */
function expectHarmless(place: Dialect): void {
  expect(stage.lethal).toEqual([]);
  for (const { channel, text } of stage.sent) {
    expect(channel).toBeLessThan(place.channels.count);
    if (place.packetEnd === '\n' && channel !== place.channels.assets) expect(text.endsWith('\n')).toBe(true);
  }
}

describe.each(named)('in a place that speaks %s', (_name, place) => {
  async function join(): Promise<PlaceSession> {
    await stage.open(place);
    const session = stage.session('auto');
    await stage.joined(session);
    await stage.time.advance(3_000);
    return session;
  }

  it('the dialect is found, and everything works that such a place has', async () => {
    const session = await join();
    expect(session.dialect).toBe(found(place));
    expect(session.status).toMatchObject({
      state: 'joined',
      dialect: found(place).name,
      placeName: 'Garden',
    });
    const { avatarId } = session.status;
    expect(session.world.entities.get(avatarId!)?.components.text).toEqual({ string: 'Lamp' });
    const lamp = session.entities.id('switch');
    expect(lamp !== undefined).toBe(place.spawns);
    if (lamp) expect(session.world.entities.get(lamp)?.components.text).toEqual({ string: 'off' });
    expect(session.tracks.outgoing('avatar').state).toBe(
      place.trackRequest === 'none' ? 'failed' : 'allocated',
    );
    const tellsTime = place.channels.clock !== undefined;
    expect(session.toPlaceTime(stage.time.now()) !== undefined).toBe(tellsTime);
    expectHarmless(place);
  });

  it('changes of the avatar arrive, and its answers', async () => {
    const lamp = await join();
    const visitor = stage.session('auto');
    await stage.joined(visitor);
    lamp.onRequest(({ body }) => [body[0], 'ok', 7]);
    lamp.entities.update('avatar', { text: { string: 'on' } });
    await stage.time.advance(1_500);
    const { avatarId } = lamp.status;
    expect(visitor.world.entities.get(avatarId!)?.components.text).toEqual({ string: 'on' });
    const answer = visitor.request(avatarId!, ['read_property', 'lamp.on']);
    await stage.time.advance(100);
    expect(await answer).toEqual(['read_property', 'ok', 7]);
    expectHarmless(place);
  });

  it('nothing is sent before the dialect is known, and then the announcement first', async () => {
    const session = await join();
    const [first] = stage.sent;
    expect(stage.dialled).toEqual([255]);
    expect(JSON.parse(first!.text)[5][0]).toBe('announce');
    expect(JSON.parse(first!.text)[5][2]).toBe(session.dialect?.announceVersion);
    if (place.channels.count === 5) expect(first!.after).toBeGreaterThan(0);
  });

  it.runIf(place.stateBeforeAnnounce)(
    'it takes at most 0.3 s longer to join than with the dialect given',
    async () => {
      await stage.open(place);
      const given = await stage.joined(stage.session(place));
      const auto = await stage.joined(stage.session('auto'));
      expect(auto).toBeLessThanOrEqual(given + 300);
    },
  );

  it('it is found over a slow network too', async () => {
    stage.oneWayMs = 300;
    const session = await join();
    expect(session.dialect).toBe(found(place));
    expect(stage.dialled).toHaveLength(1);
    expectHarmless(place);
  });
});

describe.each(named)('with %s in the configuration', (_name, configured) => {
  it.each(named)(
    'a place that speaks %s is joined if that may be, and otherwise told why not',
    async (_n, place) => {
      await stage.open(place);
      const session = stage.session(configured);
      const codes = new Set<string | undefined>();
      session.observe({ status: ({ error }) => void codes.add(error?.code) });
      await stage.time.advance(4_000);
      codes.delete(undefined);
      if (found(configured) === found(place)) {
        expect(session.status).toMatchObject({ state: 'joined', dialect: configured.name });
        expect([...codes]).toEqual([]);
      } else {
        expect(session.dialect).toBeUndefined();
        expect([...codes].filter((code) => !/^ALLO_E_PLACE_(DIALECT|VERSION)$/.test(code!))).toEqual([]);
        expect(codes.size).toBeGreaterThan(0);
      }
      expectHarmless(place);
    },
  );
});

describe.each(['v2', 'documented'] as const)('a place of version 3 that is said to be %s', (said) => {
  it('is announced to once at most; later attempts only listen, until it is what was said', async () => {
    await stage.open(dialects.v3);
    const session = stage.session(dialects[said]);
    await stage.time.advance(20_000);
    expect(stage.dialled.length).toBeGreaterThan(4);
    expect(stage.sent.filter(({ text }) => text.includes('announce')).length).toBeLessThanOrEqual(1);
    expect(session.status.error?.code).toBe('ALLO_E_PLACE_DIALECT');
    await stage.open(dialects[said]);
    await stage.joined(session);
    expect(session.status).toMatchObject({ state: 'joined', dialect: said });
  });
});

describe('a place that was remembered', () => {
  it('to be silent is joined at once', async () => {
    const memory = new ShortDialectMemory();
    await stage.open(dialects.documented);
    const first = await stage.joined(stage.session('auto', memory));
    // It is not remembered before its clock has confirmed it.
    await stage.time.advance(50);
    const second = await stage.joined(stage.session('auto', memory));
    expect(first).toBeGreaterThan(1_000);
    expect(second).toBeLessThan(150);
  });

  describe.each(named)('to speak %s', (_name, before) => {
    it.each(named)('and speaks %s now is found again, and not harmed', async (_n, now) => {
      stage.oneWayMs = 40;
      await stage.open(before);
      const session = stage.session('auto');
      await stage.joined(session);
      const dialled = stage.dialled.length;
      stage.sent.length = 0;
      stage.lethal.length = 0;
      await stage.open(now);
      await stage.time.advance(500);
      await stage.joined(session);
      await stage.time.advance(2_000);
      expect(session.dialect).toBe(found(now));
      expect(stage.dialled.length - dialled).toBeLessThanOrEqual(2);
      expectHarmless(now);
    });
  });
});

describe('a place that refuses what it seems to speak', () => {
  /** A place of the reference server's state, which takes one version alone and throws others out. */
  const enforcing = (dialect: Dialect, version: number): Dialect => ({
    ...dialect,
    announceVersion: version,
    otherVersion: 'disconnected',
  });

  it('is spoken to in the next dialect that fits, at once', async () => {
    await stage.open({ ...dialects.documented, stateBeforeAnnounce: true });
    const session = stage.session('auto');
    expect(await stage.joined(session)).toBeLessThan(300);
    expect(session.dialect).toBe(dialects.documented);
    expect(stage.dialled).toHaveLength(2);
  });

  it('is told to be of another version once nothing else fits, and each is tried once', async () => {
    await stage.open(enforcing(dialects.v3, 9));
    const session = stage.session('auto');
    await stage.time.advance(200);
    expect(session.status).toMatchObject({ state: 'waiting', error: { code: 'ALLO_E_PLACE_VERSION' } });
    expect(stage.dialled).toHaveLength(1);
    const announced = stage.sent.map(({ text }) => JSON.parse(text)[5][2]);
    expect(announced).toEqual([3]);
    expect(stage.lethal).toEqual([]);
  });

  it('and says why in its answer is told with that reason', async () => {
    await stage.open({ ...dialects.v4, announceVersion: 9 });
    const session = stage.session('auto');
    await stage.time.advance(200);
    expect(session.status.error).toMatchObject({ code: 'ALLO_E_PLACE_VERSION' });
    expect(session.status.error?.message).not.toBe('');
  });
});
