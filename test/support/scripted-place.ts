import type { Connection, Listener } from '../../agent/connection/connection.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { PlaceSession, type PlaceSessionOptions } from '../../agent/place/session.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { decodeClock, encodeClock } from '../../agent/wire/clock.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { decodeIntent, type Intent } from '../../agent/wire/intent.ts';
import {
  type Body,
  decodeInteraction,
  encodeInteraction,
  type Interaction,
} from '../../agent/wire/interaction.ts';
import type { Json, JsonObject } from '../../agent/wire/json.ts';
import { encodeMedia } from '../../agent/wire/media.ts';
import type { Outcome } from '../../agent/wire/rejection.ts';
import { encodeState, type StatePacket } from '../../agent/wire/state.ts';

const dialect: Dialect = dialects.documented;
const ADDRESS = { host: 'garden.example', port: 21_337 };

/** How the place answers a request made of it: a body, or undefined for silence. */
export type Script = (request: Interaction, place: ScriptedPlace) => Body | undefined;

/** A packet as it came in, and when. */
export interface Received {
  readonly at: number;
  readonly channel: number;
  readonly text: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * A place for tests of the session, in virtual time. It gives out ids in order (`avatar-1`, `entity-2`, ...),
 * says yes to everything, keeps what it received, and says what the test tells it to say.
 */
export class ScriptedPlace {
  readonly time: VirtualTime;
  readonly network: MemoryNetwork;
  /** Every packet received, over all connections. */
  readonly received: Received[] = [];
  /** Codes with which agents disconnected. */
  readonly left: number[] = [];
  /** Replaces the answers to requests of the names it knows. */
  scripts: Record<string, Script> = {};
  answersClock = true;
  /** Its clock minus the agent's, seconds. */
  clockOffset = 100;
  channels = 5;
  connections = 0;
  #listener: Listener | undefined;
  #connection: Connection | undefined;
  #ids = 0;
  #tracks = 0;

  constructor(time = new VirtualTime(1_000), network = new MemoryNetwork(time)) {
    this.time = time;
    this.network = network;
  }

  async open(): Promise<void> {
    this.#listener = await this.network.listen(ADDRESS, this.channels, (connection) => {
      this.connections++;
      this.#connection = connection;
      connection.open({
        packet: (channel, data) => this.#receive(connection, channel, data),
        closed: ({ code }) => void this.left.push(code),
      });
    });
  }

  async close(code: number): Promise<void> {
    await this.#listener?.close(code);
  }

  kill(): void {
    this.network.kill(ADDRESS.port);
  }

  /** Ends the connection to the agent with a code. */
  disconnect(code: number): void {
    this.#connection?.close(code);
  }

  session(options: Partial<PlaceSessionOptions> = {}): PlaceSession {
    return new PlaceSession({
      address: ADDRESS,
      dialect,
      identity: { displayName: 'Greenhouse' },
      avatar: { text: { string: 'Greenhouse' } },
      dial: this.network.dial,
      time: this.time,
      random: () => 0.5,
      ...options,
    });
  }

  say(interaction: Partial<Interaction> & { body: Body }): void {
    const whole = {
      kind: 'one-way',
      from: 'visitor',
      to: 'avatar-1',
      requestId: '',
      ...interaction,
    } as const;
    this.#send(dialect.channels.interactions, encodeInteraction(whole, dialect), true);
  }

  state(packet: StatePacket): void {
    this.#send(dialect.channels.state, encodeState(packet, dialect), false);
  }

  media(trackId: number, payload: Uint8Array): void {
    this.#send(dialect.channels.media, encodeMedia({ trackId, payload }, dialect), false);
  }

  bytes(channel: number, bytes: Uint8Array): void {
    this.#connection?.send(channel, bytes, true);
  }

  /** The interactions received, oldest first. */
  get interactions(): (Interaction & { at: number })[] {
    return this.#on(dialect.channels.interactions, decodeInteraction);
  }

  /** Bodies of the requests of one name received. */
  bodies(name: string): Body[] {
    return this.interactions.filter(({ body }) => body[0] === name).map(({ body }) => body);
  }

  get intents(): (Intent & { at: number })[] {
    return this.#on(dialect.channels.state, decodeIntent);
  }

  #on<T extends object>(channel: number, decode: (bytes: Uint8Array) => Outcome<T>): (T & { at: number })[] {
    return this.received
      .filter((packet) => packet.channel === channel)
      .map(({ at, text }) => {
        const decoded = decode(new TextEncoder().encode(text));
        if (!decoded.ok) throw new Error(`${decoded.code}: ${text}`);
        return { ...decoded.value, at };
      });
  }

  #receive(connection: Connection, channel: number, data: Uint8Array): void {
    this.received.push({
      at: this.time.now(),
      channel,
      text: new TextDecoder().decode(data),
      size: data.length,
    });
    if (channel === dialect.channels.clock) this.#answerClock(connection, data);
    if (channel !== dialect.channels.interactions) return;
    const decoded = decodeInteraction(data);
    if (!decoded.ok || decoded.value.kind !== 'request' || decoded.value.to !== 'place') return;
    const request = decoded.value;
    const [name] = request.body;
    const script = Object.hasOwn(this.scripts, name) ? this.scripts[name] : undefined;
    const body = (script ?? sayYes)(request, this);
    if (!body) return;
    const response = { kind: 'response', from: 'place', to: '', requestId: request.requestId, body } as const;
    const packet = encodeInteraction(response, dialect);
    if (packet.ok) connection.send(channel, packet.value, true);
  }

  #answerClock(connection: Connection, data: Uint8Array): void {
    const probe = decodeClock(data);
    if (!probe.ok || !this.answersClock) return;
    const answer = encodeClock(
      { ...probe.value, serverClock: this.time.now() / 1e3 + this.clockOffset },
      dialect,
    );
    if (answer.ok && dialect.channels.clock !== undefined)
      connection.send(dialect.channels.clock, answer.value, false);
  }

  #send(channel: number, packet: Outcome<Uint8Array>, reliable: boolean): void {
    if (!packet.ok) throw new Error(packet.detail);
    this.#connection?.send(channel, packet.value, reliable);
  }

  nextId(kind: string): string {
    return `${kind}-${++this.#ids}`;
  }

  nextTrack(): number {
    return ++this.#tracks;
  }
}

const sayYes: Script = ({ body: [name] }, place) => {
  switch (name) {
    case 'announce':
      return [name, place.nextId('avatar'), 'Garden'];
    case 'spawn_entity':
      return [name, place.nextId('entity')];
    case 'allocate_track':
      return [name, 'ok', place.nextTrack()];
    default:
      return [name, 'ok'];
  }
};

/** A whole state with these entities' components. */
export function setOf(revision: number, entities: Record<string, JsonObject>): StatePacket {
  const whole = Object.entries(entities).map(([id, components]): [string, Json] => [id, { id, components }]);
  return { style: 'set', revision, entities: Object.fromEntries(whole) };
}
