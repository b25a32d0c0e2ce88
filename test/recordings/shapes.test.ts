import { beforeAll, describe, expect, it } from 'vitest';
import type { Connection, ConnectionEvents, Dial } from '../../agent/connection/connection.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { assetIdOf, encodeAsset } from '../../agent/wire/asset.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { type PacketShape, shapeOf } from './packet-shape.ts';
import { bytesOf, everything, type RecordedDialect, recorded } from './recording.ts';

const address = { host: 'garden.example', port: 21_337 };

/** What an agent has a reason to send in places of a dialect. */
function expectedKinds({ channels, spawns, trackRequest, mediaTo }: Dialect): string[] {
  const asked = trackRequest === 'described' || trackRequest === 'positional';
  return [
    'intent',
    'one-way point',
    'request announce',
    'request change_components',
    'request poke',
    'response poke',
    ...(channels.clock === undefined ? [] : ['clock']),
    ...(spawns ? ['request remove_entity', 'request spawn_entity'] : []),
    ...(asked ? ['request allocate_track'] : []),
    ...(mediaTo === 'subscribers' ? ['request media_track'] : []),
    ...(trackRequest === 'none' ? [] : ['media']),
    ...(channels.assets === undefined ? [] : ['asset 1', 'asset 2', 'asset 3']),
  ];
}

/**
 * What ours hold, on purpose, and no recorded one does. Agents of the first versions did not say
 * `wants_stick_movement`; their places pass over what they do not know. `channel_count` stands in the protocol
 * document, and recorded places took the request whatever its last item held.
 */
const additions: readonly {
  readonly kind: string;
  readonly in: readonly string[];
  readonly member: string;
}[] = [
  { kind: 'intent', in: ['v1', 'v2'], member: 'wants_stick_movement: boolean, ' },
  { kind: 'request allocate_track', in: ['v3', 'v4', 'alloplace'], member: 'channel_count: number, ' },
];

/** Two agents in a place of one dialect do whatever agents do; returns every packet they sent. */
async function packetsSent(name: RecordedDialect): Promise<PacketShape[]> {
  const dialect: Dialect = dialects[name];
  const time = new VirtualTime(1_000);
  const network = new MemoryNetwork(time);
  const place = new EmbeddedPlace({ name: 'Garden', time, dialect });
  await network.listen(address, place.channels, (connection) => place.accept(connection));
  const sent: PacketShape[] = [];

  const enter = (displayName: string) => {
    const tap = new Tap(network.dial, (channel, data, reliable) => {
      const shape = shapeOf(name, channel, data, reliable);
      if (!shape) throw new Error(`a packet on channel ${channel}`);
      sent.push(shape);
    });
    const session = new PlaceSession({
      address,
      dialect,
      identity: { displayName },
      avatar: { text: { string: displayName } },
      dial: tap.dial,
      time,
    });
    session.start();
    return { session, tap };
  };

  const lamp = enter('Lamp');
  const visitor = enter('Visitor');
  lamp.session.onRequest(({ body }) => [body[0], 'ok']);
  const track = lamp.session.tracks.outgoing('avatar');
  visitor.session.tracks.follow((carriers) => carriers.values(), { packet: () => {} });
  lamp.session.entities.declare('switch', { text: { string: 'off' } });
  await time.advance(3_000);
  lamp.session.entities.update('avatar', { text: { string: 'Lamp, lit' } });
  lamp.session.entities.remove('switch');
  track.send(new Uint8Array([0xf8, 1, 2, 3, 4, 5, 6, 7]));
  const lampId = lamp.session.status.avatarId!;
  const poked = visitor.session.request(lampId, ['poke', true]);
  visitor.session.oneWay(lampId, ['point', [1, 2, 3], [4, 5, 6]]);
  lamp.session.publish(['reading', 21.5]);
  if (dialect.channels.assets !== undefined) {
    const offer = await lamp.session.assets.offer(new TextEncoder().encode('a lamp'));
    const missing = assetIdOf('0'.repeat(64));
    for (const id of [offer.id, missing]) {
      const request = encodeAsset({ kind: 'request', id, range: { start: 0, length: 6 } });
      if (request.ok) lamp.tap.events?.packet(dialect.channels.assets, request.value);
    }
    visitor.session.assets.fetch(offer.id, { timeout: 1_000 }).catch(() => {});
  }
  await time.advance(3_000);
  expect(await poked).toEqual(['poke', 'ok']);
  return sent;
}

/** Stands between a session and its connection: sees what is sent, and can say what the place might. */
class Tap {
  events: ConnectionEvents | undefined;
  readonly dial: Dial;

  constructor(dial: Dial, sent: (channel: number, data: Uint8Array, reliable: boolean) => void) {
    this.dial = async (...to) => {
      const connection = await dial(...to);
      const tapped: Connection = {
        channelCount: connection.channelCount,
        remote: connection.remote,
        get queued() {
          return connection.queued;
        },
        open: (events, timelyChannels) => {
          this.events = events;
          connection.open(events, timelyChannels);
        },
        send: (channel, data, reliable) => {
          sent(channel, data, reliable);
          return connection.send(channel, data, reliable);
        },
        close: (code) => connection.close(code),
      };
      return tapped;
    };
  }
}

describe.each(recorded)('what an agent sends in a place of %s', (name) => {
  let sent: PacketShape[];

  beforeAll(async () => {
    sent = await packetsSent(name);
  });

  it('is all it has to say there, and nothing else', () => {
    expect([...new Set(sent.map(({ kind }) => kind))].sort()).toEqual(expectedKinds(dialects[name]).sort());
  });

  it('has the shape of what was sent to a real one', () => {
    const real = everything(name)
      .filter(({ dir }) => dir === 'c2s')
      .flatMap((packet) => shapeOf(name, packet.channel, bytesOf(packet), packet.reliable) ?? []);
    const known = new Set(real.map(written));
    const strange = sent.map((shape) => written(withoutAdditions(name, shape))).filter((s) => !known.has(s));
    expect([...new Set(strange)]).toEqual([]);
  });

  it('has its additions, each of them', () => {
    for (const { kind, in: places, member } of additions) {
      if (!places.includes(name)) continue;
      expect(sent.filter((shape) => shape.kind === kind && shape.form.includes(member))).not.toEqual([]);
    }
  });
});

function withoutAdditions(name: RecordedDialect, shape: PacketShape): PacketShape {
  const ours = additions.filter(({ kind, in: places }) => kind === shape.kind && places.includes(name));
  return { ...shape, form: ours.reduce((form, { member }) => form.replace(member, ''), shape.form) };
}

function written({ kind, channel, reliable, form }: PacketShape): string {
  return `${kind} on ${channel}, ${reliable ? 'reliable' : 'unreliable'}: ${form}`;
}
