import type { Closed, Connection } from '../../agent/connection/connection.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { EmbeddedPlace } from '../../agent/embedded-place/embedded-place.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { Dialect } from '../../agent/wire/dialect.ts';

/** Disconnect data of a client that goes. */
const CLIENT_LEFT = 1001;
const address = { host: 'place', port: 21_337 };

/** Ms between one packet and the next: every answer arrives in it. */
const PAUSE = 30;

/** Ids of entities and agents, as the reference places make them up. */
const anyId = /^(?:[a-z]{8}|[a-z]{10}|[a-z]{16})$/;

/**
 * Says to an embedded place what clients said to a place that was recorded, in that order, and notes what it
 * answers. Ids the recorded place made up are replaced by those the embedded place made up.
 */
export class Conversation {
  readonly time = new VirtualTime(1_000);
  /** What each client heard on each channel but that of states, by client and channel: `A 1`. */
  readonly heard = new Map<string, unknown[]>();
  /** What a real place would have crashed on. */
  readonly lethal: string[] = [];
  readonly closed: Record<string, Closed> = {};
  readonly #network = new MemoryNetwork(this.time);
  readonly #place: EmbeddedPlace;
  readonly #dialect: Dialect;
  readonly #connections = new Map<string, Connection>();
  /** Recorded id to ours. */
  readonly #ids = new Map<string, string>();

  private constructor(dialect: Dialect, name: string) {
    this.#dialect = dialect;
    const lethal = (_remote: string, what: string) => this.lethal.push(what);
    this.#place = new EmbeddedPlace({ name, time: this.time, dialect, events: { lethal } });
  }

  static async open(dialect: Dialect, name: string): Promise<Conversation> {
    const conversation = new Conversation(dialect, name);
    const { channels } = conversation.#place;
    await conversation.#network.listen(address, channels, (c) => conversation.#place.accept(c));
    return conversation;
  }

  /** Says one packet in the name of a client, who connects first if need be, and waits for what comes of it. */
  async say(client: string, channel: number, bytes: Uint8Array, reliable: boolean): Promise<void> {
    const connection = this.#connections.get(client) ?? (await this.#connect(client));
    connection.send(channel, this.#translated(bytes), reliable);
    await this.time.advance(PAUSE);
  }

  async leave(client: string): Promise<void> {
    this.#connections.get(client)?.close(CLIENT_LEFT);
    this.#connections.delete(client);
    await this.time.advance(PAUSE);
  }

  heardBy(client: string, channel: number): readonly unknown[] {
    return this.heard.get(`${client} ${channel}`) ?? [];
  }

  /** Learns from a recorded answer and ours which ids mean the same. */
  match(recorded: unknown, ours: unknown): void {
    if (typeof recorded === 'string' && typeof ours === 'string' && anyId.test(recorded) && anyId.test(ours))
      this.#ids.set(recorded, ours);
    if (typeof recorded !== 'object' || typeof ours !== 'object' || !recorded || !ours) return;
    for (const [key, value] of Object.entries(recorded))
      this.match(value, (ours as typeof recorded)[key as never]);
  }

  /** A recorded value with our ids in it. */
  ours<T>(recorded: T): T {
    return JSON.parse(this.#withOurIds(JSON.stringify(recorded))) as T;
  }

  async #connect(client: string): Promise<Connection> {
    const dialling = this.#network.dial(address, 255, new AbortController().signal);
    await this.time.advance(10);
    const connection = await dialling;
    connection.open({
      packet: (channel, data) => {
        if (channel === this.#dialect.channels.state) return;
        const key = `${client} ${channel}`;
        this.heard.set(key, [...(this.heard.get(key) ?? []), understood(data)]);
      },
      closed: (reason) => {
        this.closed[client] = reason;
      },
    });
    this.#connections.set(client, connection);
    return connection;
  }

  #translated(bytes: Uint8Array): Uint8Array {
    return typeof understood(bytes) === 'string' ? bytes : Buffer.from(this.#withOurIds(textOf(bytes)));
  }

  #withOurIds(text: string): string {
    return text.replace(/"([a-z]{8,16})"/g, (quoted, id: string) =>
      this.#ids.has(id) ? `"${this.#ids.get(id)}"` : quoted,
    );
  }
}

/** JSON, or hex where it is not. */
export function understood(data: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(data));
  } catch {
    return Buffer.from(data).toString('hex');
  }
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data).toString();
}
