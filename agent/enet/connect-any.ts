import { EnetError } from './errors.ts';
import type { ConnectOptions } from './host.ts';
import type { HostDriver } from './host-driver.ts';
import type { Disconnection, Peer, SocketAddress } from './peer.ts';

export interface ConnectAnyOptions extends ConnectOptions {
  /** Calls the attempt off. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the attempt is given up. Default: as ENet does, after about half a minute. */
  readonly timeout?: number;
}

/** Milliseconds one address has to answer before the next is tried as well. */
const HEAD_START = 250;

/**
 * Connects to the first of several addresses that answers. The others are let go of.
 * `target` names the other side in errors, which are those of `UdpHost.connect`.
 */
export function connectAny(
  driver: HostDriver,
  addresses: readonly SocketAddress[],
  target: string,
  options: ConnectAnyOptions,
): Promise<Peer> {
  return new Promise((resolve, reject) => {
    new Race(driver, addresses, target, options, resolve, reject).start();
  });
}

class Race {
  readonly #driver: HostDriver;
  readonly #target: string;
  readonly #options: ConnectAnyOptions;
  readonly #won: (peer: Peer) => void;
  readonly #lost: (error: unknown) => void;
  readonly #waiting: SocketAddress[];
  readonly #running = new Set<Peer>();
  #cancelNext: (() => void) | undefined;
  #cancelTimeout: (() => void) | undefined;
  #over = false;

  constructor(
    driver: HostDriver,
    addresses: readonly SocketAddress[],
    target: string,
    options: ConnectAnyOptions,
    won: (peer: Peer) => void,
    lost: (error: unknown) => void,
  ) {
    this.#driver = driver;
    this.#waiting = [...addresses];
    this.#target = target;
    this.#options = options;
    this.#won = won;
    this.#lost = lost;
  }

  start(): void {
    const { signal, timeout } = this.#options;
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (timeout !== undefined)
      this.#cancelTimeout = this.#driver.time.after(timeout, () =>
        this.#fail('ALLO_E_ENET_TIMEOUT', `${this.#target} did not answer within ${timeout} ms`),
      );
    this.#next();
  }

  readonly #abort = (): void => {
    const cause = this.#options.signal?.reason;
    this.#fail('ALLO_E_ENET_ABORTED', `connecting to ${this.#target} was aborted`, { cause });
  };

  #next(): void {
    this.#cancelNext?.();
    const address = this.#waiting.shift();
    if (!address) return;
    try {
      const peer = this.#driver.host.connect(address, this.#options);
      this.#running.add(peer);
      peer.onConnect = () => {
        this.#end(peer);
        this.#won(peer);
      };
      peer.onDisconnect = (disconnection) => this.#dropOut(peer, disconnection);
    } catch (error) {
      this.#end();
      this.#lost(error);
      return;
    }
    if (this.#waiting.length > 0) this.#cancelNext = this.#driver.time.after(HEAD_START, () => this.#next());
  }

  #dropOut(peer: Peer, { reason, data }: Disconnection): void {
    this.#running.delete(peer);
    if (reason === 'local')
      this.#fail('ALLO_E_ENET_CLOSED', `the host was closed while connecting to ${this.#target}`);
    else if (this.#waiting.length > 0) this.#next();
    else if (this.#running.size > 0) return;
    else if (reason === 'remote')
      this.#fail('ALLO_E_ENET_REFUSED', `${this.#target} refused with ${data}`, { data });
    else this.#fail('ALLO_E_ENET_TIMEOUT', `${this.#target} does not answer`);
  }

  #fail(...error: ConstructorParameters<typeof EnetError>): void {
    if (this.#over) return;
    this.#end();
    this.#lost(new EnetError(...error));
  }

  #end(winner?: Peer): void {
    this.#over = true;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#cancelNext?.();
    this.#cancelTimeout?.();
    this.#waiting.length = 0;
    for (const peer of this.#running) {
      peer.onConnect = undefined;
      peer.onDisconnect = undefined;
      if (peer !== winner) peer.disconnectNow();
    }
  }
}
