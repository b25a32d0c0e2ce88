import type { Packet } from './packet.ts';
import type { Disconnection, PacketHandler } from './peer.ts';
import { Queue } from './queue.ts';

/** What happened on one connection, in order, until its owner has been told. */
export class Inbox {
  onConnect: (() => void) | undefined;
  onPacket: PacketHandler | undefined;
  onDisconnect: ((disconnection: Disconnection) => void) | undefined;
  readonly #packets = new Queue<Packet>();
  #connected: (() => void) | undefined;
  #ended: Disconnection | undefined;
  readonly #taken: (packet: Packet) => void;
  readonly #unheard: (packet: Packet) => void;

  /** `taken` is told of each packet that is handed over, `unheard` of each that nobody ever asked for. */
  constructor(taken: (packet: Packet) => void, unheard: (packet: Packet) => void) {
    this.#taken = taken;
    this.#unheard = unheard;
  }

  connected(announce: () => void): void {
    this.#connected = announce;
  }

  packet(packet: Packet): void {
    this.#packets.push(packet);
  }

  ended(disconnection: Disconnection): void {
    this.#ended = disconnection;
  }

  /** Forgets what was not told yet. */
  clear(): void {
    this.#connected = undefined;
    this.#ended = undefined;
    for (let packet = this.#packets.shift(); packet; packet = this.#packets.shift()) this.#unheard(packet);
  }

  /** Tells all that somebody listens for. Packets wait for a listener, and the end of the connection for them. */
  dispatch(): void {
    const connected = this.#connected;
    this.#connected = undefined;
    if (connected) guarded(connected);
    while (this.onPacket) {
      const packet = this.#packets.shift();
      if (packet === undefined) break;
      this.#taken(packet);
      const { onPacket } = this;
      guarded(() => onPacket(packet.channel, packet.data, packet.kind));
    }
    const { onDisconnect } = this;
    const ended = this.#ended;
    if (!ended || !onDisconnect) return;
    this.clear();
    guarded(() => onDisconnect(ended));
  }
}

/** A handler that throws must not leave a host half done: what it threw surfaces by itself, a moment later. */
export function guarded(handler: () => void): void {
  try {
    handler();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
