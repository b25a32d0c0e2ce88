import type { TimeoutSettings } from './outgoing.ts';
import type { PacketKind } from './packet.ts';
import type { Statistics } from './statistics.ts';
import type { ThrottleSettings } from './throttle.ts';

/**
 * `connecting`: asked, no answer yet. `acknowledging-connect`: was asked and answered, which is not yet
 * acknowledged. `disconnect-later`: sends what is queued, then disconnects. `disconnecting`: has said so, waits
 * for the acknowledgement. `acknowledging-disconnect`: was told, acknowledges at the end of the turn.
 */
export type PeerState =
  | 'connecting'
  | 'acknowledging-connect'
  | 'connected'
  | 'disconnect-later'
  | 'disconnecting'
  | 'acknowledging-disconnect'
  | 'disconnected';

/** Where datagrams come from and go to. */
export interface SocketAddress {
  /** IPv4 or IPv6, canonical; never a name. */
  readonly address: string;
  readonly port: number;
  readonly family: 'IPv4' | 'IPv6';
}

/** How a connection ended. */
export interface Disconnection {
  /** 32 bits from the side that disconnected; 0 after a timeout. */
  readonly data: number;
  /** Who ended it; `timeout` when the other side answered no more. */
  readonly reason: 'remote' | 'local' | 'timeout';
}

/** The bytes belong to the handler. */
export type PacketHandler = (channel: number, data: Uint8Array, kind: PacketKind) => void;

export interface SendOptions {
  /**
   * Lets a packet too long for one datagram travel as unreliable fragments: if one is lost, so is the packet.
   * Without it such a packet travels reliably, as in ENet. Reliable packets always do.
   */
  readonly fragmentUnreliably?: boolean;
}

/** The other end of a connection. Handlers run at the end of a datagram or turn, never within a call. */
export interface Peer {
  /** Our own index for this connection; free again once it has ended. */
  readonly id: number;
  readonly address: SocketAddress;
  readonly state: PeerState;
  /** Channels agreed on: 0 to `channelCount - 1`. */
  readonly channelCount: number;
  /** Bytes of the largest datagram agreed on. */
  readonly mtu: number;

  /** A connection this host asked for is made. */
  onConnect: (() => void) | undefined;
  /** Packets that arrive before it is set wait for it, up to `maximumWaitingData`. */
  onPacket: PacketHandler | undefined;
  /** Called once, after all packets, except when `disconnectNow` ended the connection. */
  onDisconnect: ((disconnection: Disconnection) => void) | undefined;

  /**
   * Queues a packet, which leaves at the end of this turn if the window allows; the bytes are copied. False
   * where it cannot be sent: not connected, no such channel, longer than `maximumPacketSize`, or more than
   * `maximumQueuedData` waiting.
   */
  send(channel: number, data: Uint8Array, kind: PacketKind, options?: SendOptions): boolean;

  /** Disconnects; what is queued is not sent. `onDisconnect` follows when the other side has acknowledged. */
  disconnect(data?: number): void;
  /** Disconnects once everything queued has been acknowledged. */
  disconnectLater(data?: number): void;
  /** Tells the other side once and forgets it at once. `onDisconnect` is not called. */
  disconnectNow(data?: number): void;

  /** When an unanswering peer is given up. What is left out keeps its value. */
  setTimeout(settings: Partial<TimeoutSettings>): void;
  /** Sets how both sides throttle unreliable packets. What is left out keeps its value. */
  configureThrottle(settings: Partial<ThrottleSettings>): void;
  /** Unreliable packets of this channel are never held back by the throttle. */
  exemptFromThrottle(channel: number): void;
  /** Milliseconds without any acknowledgement after which a ping is sent. Default 500. */
  pingInterval: number;

  /** Smoothed, in milliseconds; 500 before the first measurement. */
  readonly roundTripTime: number;
  readonly roundTripTimeVariance: number;
  /** Of 32 unreliable packets, how many the throttle lets pass. */
  readonly throttle: number;
  /** Payload bytes queued or not yet acknowledged. */
  readonly queuedData: number;
  /** Bytes that have arrived and wait: to be complete, for their turn, or for `onPacket`. */
  readonly waitingData: number;
  readonly statistics: Readonly<Statistics>;
}
