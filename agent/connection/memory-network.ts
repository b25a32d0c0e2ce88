import { AlloError } from '../errors.ts';
import type { Time } from '../time/time.ts';
import { formatAddress } from './address.ts';
import type { Closed, Connection, ConnectionEvents, Dial, Listen } from './connection.ts';

/** How the links of a `MemoryNetwork` behave; every field may be changed while it runs. */
export interface MemoryNetworkOptions {
  /** One-way delay of a packet, ms. Called for each packet. */
  delay: () => number;
  /** Whether this unreliable packet is lost. Reliable packets never are. */
  lose: () => boolean;
  /** What a link carries one way; by default without end. */
  bytesPerSecond: number;
  /** How long a side keeps waiting for one that has gone silent, ms. */
  timeout: number;
}

/** Bytes that may wait to be sent on one end of a connection. */
const maximumQueued = 16 * 1024 * 1024;

/**
 * Connections between agents and places in one process: what ENet promises (reliable packets in order per
 * channel, unreliable ones perhaps lost), without ENet. Runs in virtual time.
 */
export class MemoryNetwork {
  readonly options: MemoryNetworkOptions;
  readonly #time: Time;
  readonly #doors = new Map<number, { accept: (c: Connection) => void; maxChannels: number }>();
  readonly #ends = new Set<MemoryEnd>();
  #nextPort = 40_000;

  constructor(time: Time, options: Partial<MemoryNetworkOptions> = {}) {
    this.#time = time;
    this.options = {
      delay: () => 1,
      lose: () => false,
      bytesPerSecond: Number.POSITIVE_INFINITY,
      timeout: 5_000,
      ...options,
    };
  }

  readonly listen: Listen = async (address, maxChannels, accept) => {
    const port = address.port || this.#nextPort++;
    this.#doors.set(port, { accept, maxChannels });
    return {
      address: { host: address.host, port },
      close: async (code) => {
        this.#doors.delete(port);
        for (const end of [...this.#ends]) if (end.door === port) end.close(code);
      },
    };
  };

  readonly dial: Dial = async (address, channels, signal) => {
    await this.#wait(this.options.delay() * 2);
    signal.throwIfAborted();
    const door = this.#doors.get(address.port);
    if (!door) throw new AlloError('ALLO_E_PLACE_UNREACHABLE', `nothing answers at port ${address.port}`);
    const granted = Math.min(channels, door.maxChannels);
    const local = `memory:${this.#nextPort++}`;
    const server = new MemoryEnd(this.#time, this.options, granted, local, address.port);
    const client = new MemoryEnd(this.#time, this.options, granted, formatAddress(address), undefined);
    server.other = client;
    client.other = server;
    for (const end of [server, client]) {
      this.#ends.add(end);
      end.gone = () => this.#ends.delete(end);
    }
    door.accept(server);
    return client;
  };

  /** The place at `port` vanishes as with SIGKILL: nobody is told, the agents time out. */
  kill(port: number): void {
    this.#doors.delete(port);
    for (const end of [...this.#ends]) if (end.door === port) end.vanish();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#time.after(ms, resolve));
  }
}

class MemoryEnd implements Connection {
  readonly channelCount: number;
  readonly remote: string;
  readonly door: number | undefined;
  other: MemoryEnd | undefined;
  gone: () => void = () => {};
  readonly #time: Time;
  readonly #options: MemoryNetworkOptions;
  /** When the last reliable packet of each channel arrives: the next may not overtake it. */
  readonly #arrival = new Map<number, number>();
  #events: ConnectionEvents | undefined;
  #open = true;
  #queued = 0;
  /** When the link has sent all that it was given. */
  #sentAt = 0;

  constructor(
    time: Time,
    options: MemoryNetworkOptions,
    channelCount: number,
    remote: string,
    door: number | undefined,
  ) {
    this.#time = time;
    this.#options = options;
    this.channelCount = channelCount;
    this.remote = remote;
    this.door = door;
  }

  get queued(): number {
    return this.#queued;
  }

  open(events: ConnectionEvents): void {
    this.#events = events;
  }

  send(channel: number, data: Uint8Array, reliable: boolean): boolean {
    if (!this.#open || channel >= this.channelCount || this.#queued + data.length > maximumQueued)
      return false;
    if (!reliable && this.#options.lose()) return true;
    const other = this.other;
    const copy = data.slice();
    this.#queued += copy.length;
    this.#arriving(channel, copy.length, reliable, () => {
      this.#queued -= copy.length;
      if (other) other.#receive(channel, copy);
    });
    return true;
  }

  close(code: number): void {
    if (!this.#open) return;
    const other = this.other;
    const last = Math.max(this.#time.now() + this.#options.delay(), ...this.#arrival.values());
    this.#time.after(last - this.#time.now(), () => {
      if (other) other.#end({ by: 'remote', code });
    });
    this.#open = false;
    this.#time.after(0, () => this.#end({ by: 'local', code }));
  }

  vanish(): void {
    const other = this.other;
    this.#open = false;
    this.#events = undefined;
    this.gone();
    this.#time.after(this.#options.timeout, () => {
      if (other) other.#end({ by: 'timeout', code: 0 });
    });
  }

  #arriving(channel: number, length: number, reliable: boolean, deliver: () => void): void {
    const now = this.#time.now();
    this.#sentAt = Math.max(now, this.#sentAt) + (length / this.#options.bytesPerSecond) * 1000;
    let at = this.#sentAt + this.#options.delay();
    if (reliable) {
      at = Math.max(at, this.#arrival.get(channel) ?? 0);
      this.#arrival.set(channel, at);
    }
    this.#time.after(at - now, deliver);
  }

  #receive(channel: number, data: Uint8Array): void {
    this.#events?.packet(channel, data);
  }

  #end(reason: Closed): void {
    const events = this.#events;
    this.#events = undefined;
    this.#open = false;
    this.gone();
    events?.closed(reason);
  }
}
