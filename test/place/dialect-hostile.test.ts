import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionEvents, Dial } from '../../agent/connection/connection.ts';
import { MOST_EARLY_PACKETS } from '../../agent/place/dialect/early-connection.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { JoinStage } from '../support/join-stage.ts';

const OUTDATED = 1003;
const state = (end: string) =>
  new TextEncoder().encode(`{"patch_style":"set","entities":{},"revision":1}${end}`);

/** What a place does with its `n`th connection. */
interface Malice {
  channels(n: number): number;
  opened?(events: ConnectionEvents, n: number): void;
  /** How long after it was spoken to it refuses the version, ms; otherwise never. */
  refusesAfter?: number;
}

class HostilePlace {
  readonly time = new VirtualTime();
  readonly dialled: number[] = [];
  sent = 0;
  readonly session: PlaceSession;
  readonly #malice: Malice;

  constructor(malice: Malice) {
    this.#malice = malice;
    this.session = new PlaceSession({
      address: { host: 'garden.example', port: 21_337 },
      dialect: 'auto',
      identity: { displayName: 'Lamp' },
      avatar: {},
      dial: this.#dial,
      time: this.time,
      random: () => 0.5,
    });
    this.session.start();
  }

  /** The longest attempt in the next `ms`, ms. */
  async longestAttempt(ms: number): Promise<number> {
    let began = this.time.now();
    let longest = 0;
    let trying = true;
    this.session.observe({
      status: ({ state }) => {
        if (trying && state === 'waiting') longest = Math.max(longest, this.time.now() - began);
        if (!trying && state === 'joining') began = this.time.now();
        trying = state === 'joining';
      },
    });
    await this.time.advance(ms);
    return longest;
  }

  readonly #dial: Dial = async () => {
    const n = this.dialled.push(this.time.now()) - 1;
    const { time } = this;
    const malice = this.#malice;
    let owner: ConnectionEvents | undefined;
    let closed = false;
    const close = (by: 'local' | 'remote', code: number) => {
      if (closed) return;
      closed = true;
      time.after(1, () => owner?.closed({ by, code }));
    };
    const connection: Connection = {
      channelCount: malice.channels(n),
      remote: 'garden.example:21337',
      queued: 0,
      open(events) {
        const first = owner === undefined;
        owner = events;
        if (first) time.after(1, () => !closed && malice.opened?.(events, n));
      },
      send: () => {
        this.sent++;
        if (malice.refusesAfter !== undefined)
          time.after(malice.refusesAfter, () => close('remote', OUTDATED));
        return true;
      },
      close: (code) => close('local', code),
    };
    return connection;
  };
}

describe('a hostile place', () => {
  it.each([0, 1, 3, 7, 255])('that grants %i channels is told nothing', async (channels) => {
    const place = new HostilePlace({ channels: () => channels });
    await place.time.advance(60_000);
    expect(place.sent).toBe(0);
    expect(place.session.status.error?.code).toBe('ALLO_E_PLACE_CHANNELS');
    expect(place.dialled.length).toBeLessThan(15);
  });

  it.each<[string, Malice]>([
    ['refuses every version', { channels: () => 5, refusesAfter: 5 }],
    [
      'is another one at every connection, and refuses every version',
      {
        channels: (n) => [4, 5, 6, 5, 5][n % 5]!,
        opened: (events, n) => events.packet(0, state(n % 2 ? '\n' : '')),
        refusesAfter: 5,
      },
    ],
    [
      'ends its states in one way first and then in the other',
      {
        channels: () => 5,
        opened: (events) => {
          events.packet(0, state('\n'));
          events.packet(0, state(''));
        },
        refusesAfter: 5,
      },
    ],
  ])('that %s is tried ever more rarely', async (_what, malice) => {
    const place = new HostilePlace(malice);
    await place.time.advance(600_000);
    const lastMinutes = place.dialled.filter((at) => at > 480_000);
    expect(lastMinutes.length).toBeGreaterThan(0);
    // Pauses are of 15 s then, and an attempt tries each dialect once.
    expect(lastMinutes.length).toBeLessThanOrEqual(9 * 6);
    expect(place.session.counters.get('ALLO_E_HANDLER_FAILED')).toBe(0);
  });

  it('that takes its time to refuse each version does not keep an attempt going', async () => {
    const place = new HostilePlace({
      channels: (n) => [5, 6, 4, 5, 5][n % 5]!,
      opened: (events, n) => n % 5 === 3 && events.packet(0, state('')),
      refusesAfter: 4_900,
    });
    expect(await place.longestAttempt(300_000)).toBeLessThan(35_000);
    expect(place.dialled.length).toBeGreaterThan(5);
  });

  it('that floods whoever listens costs a bounded amount of memory, and is understood all the same', async () => {
    const place = new HostilePlace({
      channels: () => 5,
      opened: (events) => {
        for (let n = 0; n < 20_000; n++) events.packet(n % 5, new Uint8Array([0xff, n]));
        events.packet(0, state(''));
      },
    });
    await place.time.advance(4_000);
    expect(place.session.counters.get('ALLO_E_PLACE_EARLY')).toBe(20_001 - MOST_EARLY_PACKETS);
    expect(place.sent).toBe(1);
    expect(place.session.status.state).toBe('joining');
  });
});

describe('a place in which somebody makes every state', () => {
  const places = [dialects.v1, dialects.v2, dialects.v3, dialects.alloplace, dialects.v4] as const;

  /** What the place would send if somebody in it had an entity of such a component. */
  function withEntity(state: Uint8Array, component: string): Uint8Array {
    const text = new TextDecoder().decode(state);
    const entity = `{"id":"evil","components":{"x":${component}}}`;
    const evil = text
      .replace('"entities":[', `"entities":[${entity},`)
      .replace('"entities":{', `"entities":{"evil":${entity},`);
    return new TextEncoder().encode(evil.replace(',]', ']').replace(',}', '}'));
  }

  describe.each([
    ['nested too deep', '['.repeat(70) + ']'.repeat(70), 'ALLO_E_WIRE_DEPTH'],
    ['too large', `"${'x'.repeat((4 << 20) + 1)}"`, 'ALLO_E_WIRE_TOO_LONG'],
  ] as const)('%s', (_what, component, code) => {
    it.each(
      places.flatMap((place: Dialect) => [
        [place.name, 'auto', place] as const,
        [place.name, place.name, place] as const,
      ]),
    )('that speaks %s is known with %s in the configuration', async (_name, said, place) => {
      const stage = new JoinStage();
      let altered: Uint8Array | undefined;
      stage.arriving = ({ channel, data }) => {
        if (channel !== place.channels.state) return data;
        altered ??= withEntity(data, component);
        return altered;
      };
      await stage.open(place);
      const session = stage.session(said === 'auto' ? 'auto' : place);
      expect(await stage.joined(session)).toBeLessThan(400);
      session.assets.fetch(`asset:sha256:${'a'.repeat(64)}`).catch(() => {});
      await stage.time.advance(1_000);
      const spoken = said === 'auto' && place === dialects.alloplace ? dialects.v3 : place;
      expect(session.status).toMatchObject({ state: 'joined', dialect: spoken.name });
      expect(session.counters.get(code)).toBeGreaterThan(0);
      expect(stage.dialled).toHaveLength(1);
      expect(stage.lethal).toEqual([]);
      expect(stage.sent.some(({ text }) => text.includes('48000,1'))).toBe(false);
    });
  });

  it('unlike any state is still not taken for silence', async () => {
    const stage = new JoinStage();
    stage.arriving = ({ channel, data }) => (channel === 0 ? new TextEncoder().encode('"a":') : data);
    await stage.open(dialects.v2);
    const session = stage.session('auto');
    expect(await stage.joined(session)).toBeLessThan(2_200);
    session.assets.fetch(`asset:sha256:${'a'.repeat(64)}`).catch(() => {});
    await stage.time.advance(10_000);
    expect(session.dialect).toBe(dialects.v2);
    expect(stage.dialled).toHaveLength(1);
    expect(stage.lethal).toEqual([]);
  });
});
