import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What a bad network does to datagrams. Shares are of all datagrams, 0 to 1; times in milliseconds. */
export interface Faults {
  readonly loss: number;
  readonly duplicate: number;
  /** Held back for up to `reorderMs` more, so that later ones overtake them. */
  readonly reorder: number;
  readonly reorderMs: number;
  readonly delayMs: number;
}

export const noFaults: Faults = { loss: 0, duplicate: 0, reorder: 0, reorderMs: 0, delayMs: 0 };

/** What became of the datagrams of one direction. */
export interface Tally {
  arrived: number;
  lost: number;
  duplicated: number;
  held: number;
  /** Left after one that had arrived later. */
  overtaken: number;
}

/** Decides, from a seed, what happens to one datagram after another. */
export class Fates {
  faults: Faults;
  #state: number;

  constructor(faults: Faults, seed: number) {
    this.faults = faults;
    this.#state = seed >>> 0;
  }

  /** How long to hold each copy of the next datagram, in milliseconds; no copy when it is lost. */
  next(): number[] {
    const { loss, duplicate, reorder, reorderMs, delayMs } = this.faults;
    const [lost, duplicated, reordered] = [this.#random(), this.#random(), this.#random()];
    const [held, later] = [this.#random() * reorderMs, this.#random() * reorderMs];
    if (lost < loss) return [];
    const first = reordered < reorder ? delayMs + held : delayMs;
    return duplicated < duplicate ? [first, delayMs + later] : [first];
  }

  /** Uniform in 0..1: mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** One direction of the relay. */
class Path {
  readonly tally: Tally = { arrived: 0, lost: 0, duplicated: 0, held: 0, overtaken: 0 };
  readonly #faults: Faults;
  readonly #fates: Fates;
  readonly #timers = new Set<NodeJS.Timeout>();
  #latestLeft = 0;

  constructor(faults: Faults, seed: number) {
    this.#faults = faults;
    this.#fates = new Fates(faults, seed);
  }

  set bad(bad: boolean) {
    const { delayMs } = this.#faults;
    this.#fates.faults = bad ? this.#faults : { ...noFaults, delayMs };
  }

  carry(forward: () => void): void {
    const number = ++this.tally.arrived;
    const delays = this.#fates.next();
    if (delays.length === 0) this.tally.lost++;
    if (delays.length > 1) this.tally.duplicated++;
    for (const [copy, ms] of delays.entries()) {
      if (copy === 0 && ms > this.#faults.delayMs) this.tally.held++;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        if (copy === 0 && number < this.#latestLeft) this.tally.overtaken++;
        this.#latestLeft = Math.max(this.#latestLeft, number);
        forward();
      }, ms);
      this.#timers.add(timer);
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/**
 * Stands between clients and one server on 127.0.0.1 and ill-treats their datagrams, each direction in its own
 * way. Seeded: the same seed gives the n-th datagram of a direction the same fate (their timing is the machine's).
 */
export class Relay {
  readonly #clients: Socket;
  readonly #server: number;
  /** The socket towards the server that stands for each client, by the client's port. */
  readonly #standIns = new Map<number, Socket>();
  readonly #toServer: Path;
  readonly #toClient: Path;

  private constructor(clients: Socket, server: number, toServer: Path, toClient: Path) {
    this.#clients = clients;
    this.#server = server;
    this.#toServer = toServer;
    this.#toClient = toClient;
    clients.on('message', (datagram, { port }) => {
      const standIn = this.#standIn(port);
      toServer.carry(() => standIn.send(datagram, server, '127.0.0.1', ignore));
    });
  }

  /** Listens on any free port and relays to `server`, a port of 127.0.0.1. */
  static async open(
    server: number,
    { seed, toServer, toClient }: { seed: number; toServer: Faults; toClient: Faults },
  ): Promise<Relay> {
    const clients = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    clients.bind(0, '127.0.0.1');
    await once(clients, 'listening');
    return new Relay(clients, server, new Path(toServer, seed), new Path(toClient, ~seed));
  }

  get port(): number {
    return this.#clients.address().port;
  }

  get tallies(): { readonly toServer: Readonly<Tally>; readonly toClient: Readonly<Tally> } {
    return { toServer: this.#toServer.tally, toClient: this.#toClient.tally };
  }

  /** From now on datagrams are late, but nothing else happens to them. */
  recover(): void {
    this.#toServer.bad = false;
    this.#toClient.bad = false;
  }

  /** From now on all the faults are there again. */
  worsen(): void {
    this.#toServer.bad = true;
    this.#toClient.bad = true;
  }

  async close(): Promise<void> {
    this.#toServer.close();
    this.#toClient.close();
    const sockets = [this.#clients, ...this.#standIns.values()];
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }

  #standIn(client: number): Socket {
    const known = this.#standIns.get(client);
    if (known) return known;
    const standIn = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    standIn.on('message', (datagram, { port }) => {
      if (port === this.#server)
        this.#toClient.carry(() => this.#clients.send(datagram, client, '127.0.0.1', ignore));
    });
    this.#standIns.set(client, standIn);
    return standIn;
  }
}

/** A datagram that cannot be sent is one more that is lost. */
function ignore(): void {}
