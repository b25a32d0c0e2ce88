import { type Peer, UdpHost, type UdpHostOptions } from '../../agent/enet/index.ts';
import { type Batch, CPeer, type CPeerOptions } from '../c-peer/c-peer.ts';
import { contents, hash } from '../c-peer/contents.ts';
import { Inbox } from '../c-peer/inbox.ts';
import { Relay } from './relay.ts';

/** One end of a connection, whichever implementation it is. */
export interface End {
  send(batch: Batch): Promise<void>;
  readonly received: Inbox<Packet>;
  /** When to give the other end up; milliseconds. */
  setTimeout(timeout: Timeout): Promise<void>;
}

export interface Timeout {
  readonly limit: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Packet {
  readonly channel: number;
  readonly length: number;
  readonly hash: string;
}

/** Two hosts, connected. */
export interface Pair {
  readonly client: End;
  readonly server: End;
}

/** No end is given up because the machine stalls. */
export const patient: Timeout = { limit: 1000, minimum: 600_000, maximum: 600_000 };

/** Gives up fast: after half a second without an acknowledgement. */
export const impatient: Timeout = { limit: 1, minimum: 300, maximum: 500 };

/** A peer of ours with what happened to it, to be awaited. */
export class OurPeer implements End {
  readonly received = new Inbox<Packet & { readonly kind: string }>('packets at our peer');
  readonly disconnected = new Inbox<{ readonly data: number; readonly reason: string }>(
    'disconnections of our peer',
  );
  readonly peer: Peer;

  constructor(peer: Peer) {
    this.peer = peer;
    peer.onPacket = (channel, data, kind) =>
      this.received.put({ channel, kind, length: data.length, hash: hash(data) });
    peer.onDisconnect = (end) => this.disconnected.put(end);
  }

  async send({ channel = 0, kind, size, seed, count = 1 }: Batch): Promise<void> {
    for (let i = 0; i < count; i++) {
      const fragmentUnreliably = kind === 'unreliable-fragment';
      const sent = this.peer.send(
        channel,
        contents(size, seed + i),
        fragmentUnreliably ? 'unreliable' : kind,
        {
          fragmentUnreliably,
        },
      );
      if (!sent) throw new Error(`Our peer did not take packet ${i} of ${count}`);
    }
  }

  async setTimeout(timeout: Timeout): Promise<void> {
    this.peer.setTimeout(timeout);
  }
}

/** The only peer of a C host. */
export class TheirPeer implements End {
  readonly host: CPeer;
  readonly index: number;

  constructor(host: CPeer, index: number) {
    this.host = host;
    this.index = index;
  }

  get received(): Inbox<Packet> {
    return this.host.received;
  }

  async send(batch: Batch): Promise<void> {
    const accepted = await this.host.send(this.index, batch);
    if (accepted !== (batch.count ?? 1)) throw new Error(`The C peer took only ${accepted} packets`);
  }

  async setTimeout({ limit, minimum, maximum }: Timeout): Promise<void> {
    await this.host.command('timeout', this.index, limit, minimum, maximum);
  }
}

/** What a test opened, to be closed after it, last first. */
export class Opened {
  readonly #closing: (() => Promise<void>)[] = [];

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }

  closing(close: () => Promise<void>): void {
    this.#closing.push(close);
  }

  async cPeer(options?: CPeerOptions): Promise<CPeer> {
    const peer = await CPeer.open(options);
    this.closing(() => peer.close());
    return peer;
  }

  /** A host of ours on 127.0.0.1, and those who connect to it. */
  async host(
    options: UdpHostOptions = {},
  ): Promise<{ host: UdpHost; port: number; accepted: Inbox<Accepted> }> {
    const accepted = new Inbox<Accepted>('connections at our host');
    const host = await UdpHost.open({
      address: '127.0.0.1',
      ...options,
      onConnect: (peer, data) => accepted.put({ ours: new OurPeer(peer), data }),
    });
    this.closing(() => host.close());
    return { host, port: host.address.port, accepted };
  }

  async relay(...to: Parameters<typeof Relay.open>): Promise<Relay> {
    const relay = await Relay.open(...to);
    this.closing(() => relay.close());
    return relay;
  }

  /** A client of ours connected to a C server; `through` may put a relay before the server's port. */
  async ourClient({ checksum = false, through = direct, channels = 4, data = 0 }: PairOptions = {}) {
    const c = await this.cPeer();
    if (checksum) await c.command('checksum', 'on');
    const { host } = await this.host({ checksum });
    const ours = new OurPeer(await host.connect('127.0.0.1', await through(c.port), { channels, data }));
    const connected = await c.connected.take();
    const pair = { client: ours, server: new TheirPeer(c, connected.peer) };
    return { ...(await settled(pair)), host, connected };
  }

  /** A C client connected to a host of ours; `through` as above. */
  async ourServer({ checksum = false, through = direct, channels = 4, data = 0 }: PairOptions = {}) {
    const { port, accepted } = await this.host({ checksum });
    const c = await this.cPeer();
    if (checksum) await c.command('checksum', 'on');
    const index = await c.connect(await through(port), { channels, data });
    const connected = await accepted.take();
    await c.connected.take();
    return { ...(await settled({ client: new TheirPeer(c, index), server: connected.ours })), connected };
  }

  /** Two C hosts, to compare with. */
  async noneOurs({ through = direct, channels = 4, data = 0 }: PairOptions = {}) {
    const server = await this.cPeer();
    const client = await this.cPeer();
    const index = await client.connect(await through(server.port), { channels, data });
    const connected = await server.connected.take();
    await client.connected.take();
    const pair = { client: new TheirPeer(client, index), server: new TheirPeer(server, connected.peer) };
    return { ...(await settled(pair)), connected };
  }
}

export interface Accepted {
  readonly ours: OurPeer;
  readonly data: number;
}

export interface PairOptions {
  readonly checksum?: boolean;
  readonly channels?: number;
  readonly data?: number;
  readonly through?: (serverPort: number) => Promise<number>;
}

/** Before its first sample, a peer waits half a second and more before it sends anything again. */
export async function learnRoundTrip({ client, server }: Pair): Promise<void> {
  for (let seed = 0; seed < 5; seed++) {
    await client.send({ kind: 'reliable', size: 8, seed });
    await server.received.takeAll(1);
    await server.send({ kind: 'reliable', size: 8, seed });
    await client.received.takeAll(1);
  }
}

async function settled<P extends Pair>(pair: P): Promise<P> {
  await pair.client.setTimeout(patient);
  await pair.server.setTimeout(patient);
  return pair;
}

async function direct(port: number): Promise<number> {
  return port;
}
