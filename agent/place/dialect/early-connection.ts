import type { Closed, Connection, ConnectionEvents } from '../../connection/connection.ts';
import type { SessionCounters } from '../counters.ts';

/** What is kept for the owner to come: packets, and bytes of them. */
export const MOST_EARLY_PACKETS = 256;
export const MOST_EARLY_BYTES = 16 << 20;

/** Looks on. What it is told is told to the owner as well. */
export interface Watcher {
  packet?(channel: number, data: Uint8Array): void;
  closed?(reason: Closed): void;
}

/**
 * A connection to whose packets somebody listens before it is known how to speak on it. What arrives is kept until
 * the owner opens it, who is given it first; what is more than may be kept is dropped and counted.
 */
export class EarlyConnection implements Connection {
  /** Told of everything before the owner is, from the beginning on. */
  watcher: Watcher = {};
  readonly #connection: Connection;
  readonly #counters: SessionCounters;
  readonly #kept: { readonly channel: number; readonly data: Uint8Array }[] = [];
  #keptBytes = 0;
  #closed: Closed | undefined;
  #owner: ConnectionEvents | undefined;

  /** To be made in the turn in which `connection` was handed over. */
  constructor(connection: Connection, counters: SessionCounters) {
    this.#connection = connection;
    this.#counters = counters;
    connection.open(this.#events);
  }

  get channelCount(): number {
    return this.#connection.channelCount;
  }

  get remote(): string {
    return this.#connection.remote;
  }

  get queued(): number {
    return this.#connection.queued;
  }

  /** Why it ended, if it did. */
  get closed(): Closed | undefined {
    return this.#closed;
  }

  /** The owner hears what was kept on the next turn of promises, and then all that comes. */
  open(owner: ConnectionEvents, timelyChannels?: readonly number[]): void {
    this.#connection.open(this.#events, timelyChannels);
    queueMicrotask(() => {
      for (const { channel, data } of this.#kept.splice(0)) owner.packet(channel, data);
      this.#owner = owner;
      if (this.#closed) owner.closed(this.#closed);
    });
  }

  send(channel: number, data: Uint8Array, reliable: boolean): boolean {
    return this.#connection.send(channel, data, reliable);
  }

  close(code: number): void {
    this.#connection.close(code);
  }

  readonly #events: ConnectionEvents = {
    packet: (channel, data) => {
      this.watcher.packet?.(channel, data);
      if (this.#owner) this.#owner.packet(channel, data);
      else this.#keep(channel, data);
    },
    closed: (reason) => {
      this.#closed = reason;
      this.#owner?.closed(reason);
      this.watcher.closed?.(reason);
    },
  };

  #keep(channel: number, data: Uint8Array): void {
    const bytes = this.#keptBytes + data.length;
    if (this.#kept.length >= MOST_EARLY_PACKETS || bytes > MOST_EARLY_BYTES) {
      this.#counters.count('ALLO_E_PLACE_EARLY');
      return;
    }
    this.#keptBytes = bytes;
    this.#kept.push({ channel, data });
  }
}
