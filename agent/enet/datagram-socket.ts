import type { SocketAddress } from './peer.ts';

/** A bound UDP socket, or something that behaves like one. */
export interface DatagramSocket {
  readonly address: SocketAddress;
  /** Called with each datagram that arrives. The bytes belong to the handler. */
  onMessage: ((datagram: Uint8Array, from: SocketAddress) => void) | undefined;
  /** Called for a datagram that could not be sent. */
  onError: ((error: Error) => void) | undefined;
  /** Sends at once or soon; the bytes are not changed by the caller afterwards. */
  send(datagram: Uint8Array, to: SocketAddress): void;
  close(): Promise<void>;
}
