import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { DatagramSocket } from './datagram-socket.ts';
import { EnetError } from './errors.ts';
import type { SocketAddress } from './peer.ts';

/** Room for what arrives while the process is busy. The system may grant less. */
const BUFFER_SIZE = 2 * 1024 * 1024;

/** How many senders' addresses are kept instead of being made anew for every datagram. */
const KNOWN_SENDERS = 1024;

const MAPPED_IPV4 = '::ffff:';

/**
 * A socket of `node:dgram`. Bound to `::` it speaks IPv6 and IPv4; IPv4 addresses are then written plainly, not
 * mapped into IPv6.
 */
export class UdpSocket implements DatagramSocket {
  readonly address: SocketAddress;
  onMessage: ((datagram: Uint8Array, from: SocketAddress) => void) | undefined;
  onError: ((error: Error) => void) | undefined;
  readonly #socket: Socket;
  readonly #mapped: boolean;
  readonly #senders = new Map<string, SocketAddress>();
  readonly #sent = (error: Error | null): void => {
    if (error) this.onError?.(error);
  };

  /** Binds to an address (not a name) and port; 0 takes any. Rejects with ALLO_E_ENET_BIND. */
  static async bind(address: string, port: number): Promise<UdpSocket> {
    const socket = createSocket({
      type: address.includes(':') ? 'udp6' : 'udp4',
      // Addresses only: sending must not wait a turn for the resolver.
      lookup: (hostname, options, callback) => callback(null, hostname, options.family === 6 ? 6 : 4),
    });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind({ address, port }, resolve);
      });
    } catch (cause) {
      socket.close();
      throw new EnetError('ALLO_E_ENET_BIND', `cannot bind to ${address} port ${port}: ${reason(cause)}`, {
        cause,
      });
    }
    return new UdpSocket(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    const { address, port, family } = socket.address();
    this.address = { address, port, family: family === 'IPv6' ? 'IPv6' : 'IPv4' };
    this.#mapped = this.address.family === 'IPv6';
    enlargeBuffers(socket);
    socket.removeAllListeners('error');
    socket.on('error', (error) => this.onError?.(error));
    socket.on('message', (datagram, sender) => this.onMessage?.(datagram, this.#senderAddress(sender)));
  }

  send(datagram: Uint8Array, to: SocketAddress): void {
    const address = this.#mapped && to.family === 'IPv4' ? MAPPED_IPV4 + to.address : to.address;
    this.#socket.send(datagram, 0, datagram.length, to.port, address, this.#sent);
  }

  close(): Promise<void> {
    this.onMessage = undefined;
    return new Promise((resolve) => this.#socket.close(resolve));
  }

  #senderAddress({ address, port, family }: RemoteInfo): SocketAddress {
    const key = `${address} ${port}`;
    const known = this.#senders.get(key);
    if (known) return known;
    const mapped = family === 'IPv6' && address.startsWith(MAPPED_IPV4) && address.includes('.');
    const sender: SocketAddress = mapped
      ? { address: address.slice(MAPPED_IPV4.length), port, family: 'IPv4' }
      : { address, port, family };
    if (this.#senders.size >= KNOWN_SENDERS) this.#senders.clear();
    this.#senders.set(key, sender);
    return sender;
  }
}

/** Why binding failed, in words where it is one of the usual reasons. */
function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return 'somebody else has the port';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address';
    case 'EACCES':
      return 'this user may not have the port';
    default:
      return message;
  }
}

function enlargeBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_SIZE);
    socket.setSendBufferSize(BUFFER_SIZE);
  } catch {
    // A system that will not is served with its own sizes.
  }
}
