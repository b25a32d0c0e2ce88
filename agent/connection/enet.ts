import { EnetError, type EnetErrorCode, type Peer, UdpHost } from '../enet/index.ts';
import { AlloError, type ErrorCode } from '../errors.ts';
import { formatAddress } from './address.ts';
import type { Connection, ConnectionEvents, Dial, Listen } from './connection.ts';

/** How long a place may take to answer an attempt to connect, ms. */
const connectWithin = 5_000;

/**
 * When a peer that answers nothing is given up. Shorter than ENet's own, so that a place that was restarted is
 * rejoined soon; a busy wireless network stays well below it.
 */
const timeouts = { limit: 32, minimum: 3_000, maximum: 15_000 };

/**
 * How often a place is pinged until its first packet has come, ms. The reference server's versions 3 and 4 send the
 * state they have only when a datagram wakes them; undisturbed they keep it for up to another fifth of a second.
 */
const wakeEvery = 25;

/** How often it is pinged from then on, ms: ENet's own interval. */
const pingEvery = 500;

/**
 * Bytes that may wait to be sent to one peer: two whole worlds of the largest size. Whoever acknowledges too
 * little to keep up with what others say must not cost more.
 */
const maximumQueuedData = 16 * 1024 * 1024;

/** Connects over ENet and UDP, each connection from a socket of its own. */
export const dialEnet: Dial = async ({ host: name, port }, channels, signal) => {
  const opening = UdpHost.open({ peerLimit: 1, maximumQueuedData });
  const host = await opening.catch((error: unknown) => Promise.reject(placeError(error)));
  try {
    const peer = await host.connect(name, port, { channels, signal, timeout: connectWithin });
    peer.pingInterval = wakeEvery;
    return new EnetConnection(peer, () => void host.close());
  } catch (error) {
    await host.close();
    throw placeError(error);
  }
};

/** Accepts connections over ENet on a UDP port. Rejects with ALLO_E_PLACE_PORT where that cannot be had. */
export const listenEnet: Listen = async ({ host: address, port }, maxChannels, accept) => {
  let host: UdpHost;
  try {
    host = await UdpHost.open({
      address,
      port,
      channelLimit: maxChannels,
      maximumQueuedData,
      onConnect: (peer) => accept(new EnetConnection(peer)),
    });
  } catch (error) {
    throw new AlloError('ALLO_E_PLACE_PORT', (error as Error).message, { cause: error });
  }
  return {
    address: { host: host.address.address, port: host.address.port },
    close: (code) => host.close(code),
  };
};

class EnetConnection implements Connection {
  readonly remote: string;
  readonly #peer: Peer;
  readonly #release: () => void;

  /** `release` is called once the connection has ended. */
  constructor(peer: Peer, release: () => void = () => {}) {
    this.#peer = peer;
    this.#release = release;
    this.remote = formatAddress({ host: peer.address.address, port: peer.address.port });
    peer.setTimeout(timeouts);
  }

  get channelCount(): number {
    return this.#peer.channelCount;
  }

  get queued(): number {
    return this.#peer.queuedData;
  }

  open(events: ConnectionEvents, timelyChannels: readonly number[] = []): void {
    for (const channel of timelyChannels) this.#peer.exemptFromThrottle(channel);
    this.#peer.onPacket = (channel, data) => {
      if (this.#peer.pingInterval !== pingEvery) this.#peer.pingInterval = pingEvery;
      events.packet(channel, data);
    };
    this.#peer.onDisconnect = ({ data, reason }) => {
      this.#release();
      events.closed({ by: reason, code: data });
    };
  }

  send(channel: number, data: Uint8Array, reliable: boolean): boolean {
    return this.#peer.send(channel, data, reliable ? 'reliable' : 'unreliable');
  }

  close(code: number): void {
    this.#peer.disconnectLater(code);
  }
}

const codes: Partial<Record<EnetErrorCode, ErrorCode>> = { ALLO_E_ENET_DNS: 'ALLO_E_PLACE_NAME' };

function placeError(error: unknown): unknown {
  if (!(error instanceof EnetError) || error.code === 'ALLO_E_ENET_ABORTED') return error;
  return new AlloError(codes[error.code] ?? 'ALLO_E_PLACE_UNREACHABLE', error.message, { cause: error });
}
