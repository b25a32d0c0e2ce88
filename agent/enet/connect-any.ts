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
    const attempts = new Set<Peer>();
    const waiting = [...addresses];
    const cancels: (() => void)[] = [];
    let settled = false;
    let nextAttempt: (() => void) | undefined;

    const settle = (winner?: Peer): void => {
      settled = true;
      nextAttempt?.();
      for (const cancel of cancels) cancel();
      for (const peer of attempts) {
        peer.onConnect = undefined;
        peer.onDisconnect = undefined;
        if (peer !== winner) peer.disconnectNow();
      }
    };
    const fail = (error: unknown): void => {
      if (settled) return;
      settle();
      reject(error);
    };
    const lost = (peer: Peer, { reason, data }: Disconnection): void => {
      attempts.delete(peer);
      if (attempts.size + waiting.length > 0) return startNext();
      if (reason === 'remote') {
        fail(new EnetError('ALLO_E_ENET_REFUSED', `${target} refused with ${data}`, { data }));
      } else if (reason === 'local') {
        fail(new EnetError('ALLO_E_ENET_CLOSED', `the host was closed while connecting to ${target}`));
      } else fail(new EnetError('ALLO_E_ENET_TIMEOUT', `${target} does not answer`));
    };
    const startNext = (): void => {
      nextAttempt?.();
      const address = waiting.shift();
      if (!address || settled) return;
      try {
        const peer = driver.host.connect(address, options);
        attempts.add(peer);
        peer.onDisconnect = (disconnection) => lost(peer, disconnection);
        peer.onConnect = () => {
          settle(peer);
          resolve(peer);
        };
      } catch (error) {
        fail(error);
        return;
      }
      if (waiting.length > 0) nextAttempt = driver.time.after(HEAD_START, startNext);
    };

    const { signal, timeout } = options;
    if (signal) {
      const abort = () =>
        fail(
          new EnetError('ALLO_E_ENET_ABORTED', `connecting to ${target} was aborted`, {
            cause: signal.reason,
          }),
        );
      signal.addEventListener('abort', abort, { once: true });
      cancels.push(() => signal.removeEventListener('abort', abort));
    }
    if (timeout !== undefined) {
      const giveUp = () =>
        fail(new EnetError('ALLO_E_ENET_TIMEOUT', `${target} did not answer within ${timeout} ms`));
      cancels.push(driver.time.after(timeout, giveUp));
    }
    startNext();
  });
}
