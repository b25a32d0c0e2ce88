import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { PlainAgent } from '../../test/support/plain-agent.ts';
import type { Connection, ConnectionEvents } from '../connection/connection.ts';
import { MemoryNetwork } from '../connection/memory-network.ts';
import { seededRandom } from '../enet/index.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { type Dialect, type DialectName, dialects } from '../wire/dialect.ts';
import { EmbeddedPlace } from './embedded-place.ts';

const ROUND = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Packets of honest agents; `$me` and `$other` become ids of entities, `$version` the dialect's. */
const honest = [
  '["interaction","request","","place","1",["announce","version",$version,"identity",{"display_name":"x"},"spawn_avatar",{"a":1}]]\n',
  '["interaction","request","$me","place","2",["spawn_entity",{"text":{"string":"x"},"children":[{"a":{"b":null}}]}]]\n',
  '["interaction","request","$me","place","3",["change_components","$me","add_or_change",{"a":{"b":[1,2]}},"remove",["text"]]]\n',
  '["interaction","request","$me","place","3",["change_components","$me","add_or_change",{"relationships":{"parent":"$me"}}]]\n',
  '["interaction","request","$me","place","4",["remove_entity","$me","cascade"]]\n',
  '["interaction","request","$me","place","5",["subscribe","[\\"new_tweet\\", X] where X == \\"hi\\""]]\n',
  '["interaction","request","$me","place","6",["unsubscribe","subscription-1"]]\n',
  '["interaction","request","$me","place","7",["allocate_track","audio",48000,1,"opus"]]\n',
  '["interaction","request","$me","place","7",["allocate_track","audio","opus",{"sample_rate":48000}]]\n',
  '["interaction","request","$me","place","9",["media_track",1,"subscribe"]]\n',
  '["interaction","request","$me","place","9",["media_track",1,"unsubscribe"]]\n',
  '["interaction","request","$me","place","9",["list_agents"]]\n',
  '["interaction","request","$me","place","9",["add_property_animation",{"path":"a.b","from":0,"to":1,"start_at":1,"duration":9}]]\n',
  '["interaction","publication","$me","","",["new_tweet","hi"]]\n',
  '["interaction","request","$me","$other","8",["poke",true]]\n',
  '["interaction","response","$me","$other","8",["poke","ok"]]\n',
  '["interaction","one-way","$me","$other","",["point",[1,2,3],[4,5,6]]]\n',
  '{"cmd":"interact","interact":{"from_entity":"$me","to_entity":"$other","cmd":["point-exit"]}}\n',
  '{"cmd":"intent","intent":{"zmovement":0,"xmovement":0,"yaw":0,"pitch":0,"poses":{},"ack_state_rev":3}}\n',
  '{"client_clock":123.5}\n',
  '\0\0\0\u0001opus\n',
];

const spice = [
  'null',
  '1e999',
  '[]',
  '{}',
  '"__proto__"',
  '"place"',
  '-1',
  '"\\u0000"',
  '[[[[',
  '9007199254740993',
];

function hostilePacket(next: () => number, version: number, me: string, other: string): Uint8Array {
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)]!;
  if (next() < 0.2) return Uint8Array.from({ length: Math.floor(next() * 200) }, () => next() * 256);
  let text = pick(honest)
    .replaceAll('$me', next() < 0.9 ? me : other)
    .replaceAll('$other', other)
    .replace('$version', String(version));
  for (let n = Math.floor(next() * 4); n > 0; n--) {
    const at = Math.floor(next() * text.length);
    const length = Math.floor(next() * 12);
    const insert = next() < 0.5 ? pick(spice) : text.slice(at, at + length);
    text = text.slice(0, at) + insert + text.slice(at + (next() < 0.5 ? length : 0));
  }
  const bytes = new TextEncoder().encode(text);
  if (next() < 0.2 && bytes.length > 0) bytes[Math.floor(next() * bytes.length)] = next() * 256;
  return bytes;
}

/** A connection whose other end is the test itself. */
class HostileConnection implements Connection {
  readonly channelCount = 255;
  readonly remote = 'hostile:1';
  readonly queued = 0;
  avatarId = '';
  open_ = true;
  #events: ConnectionEvents | undefined;

  open(events: ConnectionEvents): void {
    this.#events = events;
  }

  send(_channel: number, data: Uint8Array): boolean {
    const announced = /"announce","([a-z]{10})"/.exec(new TextDecoder().decode(data));
    if (announced) this.avatarId = announced[1]!;
    return true;
  }

  close(code: number): void {
    if (!this.open_) return;
    this.open_ = false;
    this.#events?.closed({ by: 'local', code });
  }

  receive(channel: number, data: Uint8Array): void {
    if (this.open_) this.#events?.packet(channel, data);
  }
}

describe('hostile agents', () => {
  it.each<[DialectName, seed: number, packets: number]>([
    ['documented', 1, 8_000],
    ['documented', 2, 8_000],
    ['v2', 4, 6_000],
    ['v4', 5, 6_000],
    ['alloplace', 6, 6_000],
  ])('of %s throw nothing, hold no memory and harm nobody (seed %i)', async (name, seed, packets) => {
    const dialect = dialects[name];
    const next = seededRandom(seed);
    const time = new VirtualTime(1_000);
    const network = new MemoryNetwork(time);
    const unlimited = {
      interactionsPerSecond: 1e9,
      intentsPerSecond: 1e9,
      mediaPerSecond: 1e9,
      spawnsPerSecond: 1e9,
    };
    const limits = { ...unlimited, clockProbesPerSecond: 1e9, entitiesPerAgent: 50, agentSize: 100_000 };
    const place = new EmbeddedPlace({ name: 'Fortress', time, limits, dialect });
    const address = { host: 'place', port: 1 };
    const listener = await network.listen(address, place.channels, (c) => place.accept(c));
    const connecting = PlainAgent.connect(network.dial, listener.address.port, dialect);
    await time.advance(10);
    const ada = await connecting;
    const announcing = ada.announce();
    await time.advance(200);
    await announcing;

    let hostile = new HostileConnection();
    place.accept(hostile);
    let heap = 0;
    for (let sent = 0; sent < packets; sent++) {
      if (!hostile.open_ || next() < 0.0005) {
        hostile.close(0);
        hostile = new HostileConnection();
        place.accept(hostile);
      }
      const channel = Math.floor(next() * 6);
      const packet = hostilePacket(next, dialect.announceVersion, hostile.avatarId, ada.avatarId);
      hostile.receive(next() < 0.7 ? channelOf(packet, dialect, channel) : channel, packet);
      if (sent % ROUND !== 0) continue;
      await time.advance(100);
      ada.interactions.length = 0;
      ada.media.length = 0;
      ada.states.length = 0;
      if (sent === 3 * ROUND) heap = heapUsed();
    }
    expect(heapUsed() - heap).toBeLessThan(8 * 1024 * 1024);

    hostile.close(0);
    ada.acknowledge(0);
    await time.advance(2_000);
    expect(Object.keys(ada.world).sort()).toEqual(['place', ada.avatarId].sort());
    const answer = ada.request('place', ['spawn_entity', {}]);
    await time.advance(100);
    expect(await answer).toEqual(['spawn_entity', expect.any(String)]);
    expect(ada.closed).toBeUndefined();
    expect(place.agents).toHaveLength(1);
    const faults = place.faults.entries().reduce((sum, [, count]) => sum + count, 0);
    expect(faults).toBeGreaterThan(packets / 4);
  });
});

/** The channel a packet that looks like this belongs on. */
function channelOf(packet: Uint8Array, { channels }: Dialect, otherwise: number): number {
  const text = new TextDecoder().decode(packet);
  if (text.includes('inter')) return channels.interactions;
  if (text.includes('intent')) return channels.state;
  return text.includes('clock') ? (channels.clock ?? otherwise) : otherwise;
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
