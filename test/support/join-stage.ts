import type { Connection, ConnectionEvents, Dial, Listener } from '../../agent/connection/connection.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import type { DialectMemory } from '../../agent/place/dialect/memory.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { Dialect } from '../../agent/wire/dialect.ts';

const address = { host: 'garden.example', port: 21_337 };

/** How exactly it is measured how long something takes, ms. */
const STEP = 5;

/** A packet as the agent sent it, and when after its connection came about, ms. */
export interface SentPacket {
  readonly connection: number;
  readonly after: number;
  readonly channel: number;
  readonly text: string;
}

/** A packet on its way to the agent, and when after its connection came about, ms. */
export interface ArrivingPacket {
  readonly after: number;
  readonly channel: number;
  readonly data: Uint8Array;
}

/** Places of every kind, one after the other at the same address, and a session that joins them. Virtual time. */
export class JoinStage {
  readonly time = new VirtualTime(1_000);
  readonly network = new MemoryNetwork(this.time, { delay: () => this.oneWayMs });
  /** What would have killed the place, in words. */
  readonly lethal: string[] = [];
  readonly sent: SentPacket[] = [];
  readonly dialled: number[] = [];
  oneWayMs = 10;
  /** What becomes of a packet on its way to the agent; undefined where it is lost. */
  arriving: (packet: ArrivingPacket) => Uint8Array | undefined = ({ data }) => data;
  #listener: Listener | undefined;

  async open(dialect: Dialect): Promise<EmbeddedPlace> {
    await this.#listener?.close(1000);
    const place = new EmbeddedPlace({
      name: 'Garden',
      time: this.time,
      dialect,
      events: { lethal: (_remote, what) => void this.lethal.push(what) },
    });
    this.#listener = await this.network.listen(address, place.channels, (c) => place.accept(c));
    return place;
  }

  session(dialect: Dialect | 'auto', memory?: DialectMemory): PlaceSession {
    const session = new PlaceSession({
      address,
      dialect,
      ...(memory && { memory }),
      identity: { displayName: 'Lamp' },
      avatar: { text: { string: 'Lamp' } },
      dial: this.#dial,
      time: this.time,
      random: () => 0.5,
    });
    session.entities.declare('switch', { text: { string: 'off' } });
    session.tracks.outgoing('avatar');
    session.start();
    return session;
  }

  /** From now on no state arrives before its connection is so old, ms. */
  holdStatesBack({ channels }: Dialect, ms: number): void {
    this.arriving = ({ after, channel, data }) =>
      channel === channels.state && after < ms ? undefined : data;
  }

  /** How long it takes from now until `session` has joined, ms; infinite where it has not after 20 s. */
  async joined(session: PlaceSession): Promise<number> {
    const begin = this.time.now();
    for (let ms = 0; ms < 20_000; ms += STEP) {
      if (session.status.state === 'joined') return this.time.now() - begin;
      await this.time.advance(STEP);
    }
    return Number.POSITIVE_INFINITY;
  }

  readonly #dial: Dial = async (where, channels, signal) => {
    this.dialled.push(channels);
    const connection = await this.network.dial(where, channels, signal);
    return this.#recorded(connection, this.dialled.length, this.time.now());
  };

  #arriving(events: ConnectionEvents, since: number): ConnectionEvents {
    return {
      packet: (channel, data) => {
        const arrived = this.arriving({ after: this.time.now() - since, channel, data });
        if (arrived) events.packet(channel, arrived);
      },
      closed: (reason) => events.closed(reason),
    };
  }

  #recorded(connection: Connection, number: number, since: number): Connection {
    return {
      channelCount: connection.channelCount,
      remote: connection.remote,
      get queued() {
        return connection.queued;
      },
      open: (events, timely) => connection.open(this.#arriving(events, since), timely),
      close: (code) => connection.close(code),
      send: (channel, data, reliable) => {
        const text = new TextDecoder('latin1').decode(data);
        this.sent.push({ connection: number, after: this.time.now() - since, channel, text });
        return connection.send(channel, data, reliable);
      },
    };
  }
}
