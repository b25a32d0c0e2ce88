import { type ConnectAnyOptions, connectAny } from './connect-any.ts';
import type { DatagramSocket } from './datagram-socket.ts';
import { EnetError } from './errors.ts';
import type { ConnectHandler, HostOptions } from './host.ts';
import { HostDriver } from './host-driver.ts';
import type { Peer, SocketAddress } from './peer.ts';
import { resolve } from './resolve.ts';
import type { Statistics } from './statistics.ts';
import { systemTime, type Time } from './time.ts';
import { UdpSocket } from './udp-socket.ts';

export interface UdpHostOptions extends HostOptions {
  /**
   * Address or name to bind to: `0.0.0.0` for IPv4 alone, `127.0.0.1` or `::1` for this machine alone. Default
   * `::`, which is IPv6 and IPv4, or `0.0.0.0` on machines without IPv6.
   */
  readonly address?: string;
  /** Port to bind to. Default 0: any. */
  readonly port?: number;
  /** A network to use instead of UDP; `address` and `port` are then its own. */
  readonly socket?: DatagramSocket;
  /** A clock to run by instead of the system's. */
  readonly time?: Time;
}

/** An ENet host on a UDP socket: both server and client. */
export class UdpHost {
  readonly #driver: HostDriver;

  /** Opens the socket. Rejects with ALLO_E_ENET_BIND, ALLO_E_ENET_DNS or ALLO_E_ENET_OPTION. */
  static async open(options: UdpHostOptions = {}): Promise<UdpHost> {
    const socket = options.socket ?? (await bind(options.address, options.port ?? 0));
    try {
      return new UdpHost(socket, options);
    } catch (error) {
      await socket.close();
      throw error;
    }
  }

  private constructor(socket: DatagramSocket, options: UdpHostOptions) {
    this.#driver = new HostDriver(socket, options.time ?? systemTime, options);
  }

  /** Where the host really listens. */
  get address(): SocketAddress {
    return this.#driver.socket.address;
  }

  get onConnect(): ConnectHandler | undefined {
    return this.#driver.host.onConnect;
  }

  /** Called for each peer that connects to this host; while it is undefined none can. */
  set onConnect(handler: ConnectHandler | undefined) {
    this.#driver.host.onConnect = handler;
  }

  get peers(): readonly Peer[] {
    return this.#driver.host.peers;
  }

  /** Everything since the host was opened, peers included. */
  get statistics(): Readonly<Statistics> {
    return this.#driver.host.statistics;
  }

  /**
   * Connects to a host by DNS name, IPv4 or IPv6 address. A name's addresses are tried one after another, a
   * quarter of a second apart; the first to answer is taken.
   * Rejects with ALLO_E_ENET_TIMEOUT, ALLO_E_ENET_REFUSED, ALLO_E_ENET_ABORTED, ALLO_E_ENET_DNS,
   * ALLO_E_ENET_PEERS, ALLO_E_ENET_OPTION or ALLO_E_ENET_CLOSED.
   */
  async connect(hostname: string, port: number, options: ConnectAnyOptions = {}): Promise<Peer> {
    this.#assertOpen(options.signal);
    const { address, family } = this.address;
    const ipv6 = family === 'IPv6';
    const addresses = await resolve(hostname, port, { ipv6, ipv4: !ipv6 || address === '::' });
    this.#assertOpen(options.signal);
    return connectAny(this.#driver, addresses, `${hostname} port ${port}`, options);
  }

  /** Says goodbye to every peer, with `data`, and closes the socket. Attempts to connect are rejected. */
  async close(data = 0): Promise<void> {
    await this.#driver.close(data);
  }

  #assertOpen(signal: AbortSignal | undefined): void {
    if (this.#driver.closed) throw new EnetError('ALLO_E_ENET_CLOSED', 'the host is closed');
    if (signal?.aborted)
      throw new EnetError('ALLO_E_ENET_ABORTED', 'connecting was aborted', { cause: signal.reason });
  }
}

async function bind(address: string | undefined, port: number): Promise<UdpSocket> {
  if (address !== undefined) {
    const [first] = await resolve(address, port, { ipv4: true, ipv6: true });
    const wildcard = address === '::' || address === '0.0.0.0';
    return UdpSocket.bind(wildcard ? address : first!.address, port);
  }
  try {
    return await UdpSocket.bind('::', port);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error;
    return UdpSocket.bind('0.0.0.0', port);
  }
}
