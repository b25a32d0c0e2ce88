import type { DatagramSocket } from './datagram-socket.ts';
import { EnetError } from './errors.ts';
import type { SocketAddress } from './peer.ts';
import { seededRandom } from './random.ts';
import type { Time } from './time.ts';

/** What a network does to datagrams; chances are 0 to 1, times milliseconds. May be changed while it runs. */
export interface NetworkFaults {
  loss: number;
  /** Chance that a datagram arrives twice. */
  duplication: number;
  /** Chance that a datagram is held up and overtaken by later ones. */
  reordering: number;
  /** Chance that some of its bits are flipped. */
  corruption: number;
  /** One way. */
  delay: number;
  /** Added to `delay`: anything up to this. By itself it does not reorder. */
  jitter: number;
}

export interface SimulatedNetworkOptions {
  /** Everything random follows from it. Default 1. */
  readonly seed?: number;
  readonly faults?: Partial<NetworkFaults>;
}

const perfect: NetworkFaults = {
  loss: 0,
  duplication: 0,
  reordering: 0,
  corruption: 0,
  delay: 1,
  jitter: 0,
};
/** Longest that an overtaken datagram is held up, beside the ordinary delay. */
const HELD_UP = 30;

/**
 * A network in one process, in simulated time, with seeded faults: the same seed and the same sends give the
 * same run. Give its sockets to `UdpHost.open` or `HostDriver`, with its `time`.
 */
export class SimulatedNetwork {
  readonly faults: NetworkFaults;
  readonly time: Time;
  /** As `Math.random`, from the seed: also for what uses the network. */
  readonly random: () => number;
  readonly #sockets = new Map<string, SimulatedSocket>();
  #nextHost = 1;

  /** `time` is the clock it runs by, such as a `SimulatedTime`. */
  constructor(time: Time, options: SimulatedNetworkOptions = {}) {
    this.time = time;
    this.random = seededRandom(options.seed ?? 1);
    this.faults = { ...perfect, ...options.faults };
  }

  /** A socket on this network. Default: an address of its own. Throws ALLO_E_ENET_BIND if it is taken. */
  socket(address = `10.0.0.${this.#nextHost++}`, port = 1000): DatagramSocket {
    const family = address.includes(':') ? 'IPv6' : 'IPv4';
    const key = keyOf({ address, port, family });
    if (this.#sockets.has(key)) throw new EnetError('ALLO_E_ENET_BIND', `${key} is taken`);
    const socket = new SimulatedSocket(
      { address, port, family },
      (datagram, to) => this.#carry(socket, datagram, to),
      () => this.#sockets.delete(key),
    );
    this.#sockets.set(key, socket);
    return socket;
  }

  #carry(sender: SimulatedSocket, datagram: Uint8Array, to: SocketAddress): void {
    const { loss, duplication } = this.faults;
    const copies = this.random() < duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.random() >= loss) this.#deliver(sender, this.#copy(datagram), to);
    }
  }

  #copy(datagram: Uint8Array): Uint8Array {
    const copy = new Uint8Array(datagram);
    if (copy.length > 0 && this.random() < this.faults.corruption) {
      for (let flips = 1 + Math.floor(this.random() * 4); flips > 0; flips--)
        copy[Math.floor(this.random() * copy.length)]! ^= 1 << Math.floor(this.random() * 8);
    }
    return copy;
  }

  #deliver(sender: SimulatedSocket, datagram: Uint8Array, to: SocketAddress): void {
    const { delay, jitter, reordering } = this.faults;
    const now = this.time.now();
    const key = keyOf(to);
    let arrival = now + delay + this.random() * jitter;
    if (this.random() < reordering) arrival += this.random() * HELD_UP;
    else {
      arrival = Math.max(arrival, sender.lastArrival.get(key) ?? 0);
      sender.lastArrival.set(key, arrival);
    }
    this.time.after(arrival - now, () => this.#sockets.get(key)?.onMessage?.(datagram, sender.address));
  }
}

class SimulatedSocket implements DatagramSocket {
  readonly address: SocketAddress;
  /** Per receiver, when the last datagram that keeps its place arrives there. */
  readonly lastArrival = new Map<string, number>();
  onMessage: ((datagram: Uint8Array, from: SocketAddress) => void) | undefined;
  onError: ((error: Error) => void) | undefined;
  readonly #carry: (datagram: Uint8Array, to: SocketAddress) => void;
  readonly #leave: () => void;

  constructor(
    address: SocketAddress,
    carry: (datagram: Uint8Array, to: SocketAddress) => void,
    leave: () => void,
  ) {
    this.address = address;
    this.#carry = carry;
    this.#leave = leave;
  }

  send(datagram: Uint8Array, to: SocketAddress): void {
    this.#carry(datagram, to);
  }

  async close(): Promise<void> {
    this.#leave();
  }
}

function keyOf({ address, port }: SocketAddress): string {
  return `${address} ${port}`;
}
