import type { Address, Connection, Dial } from '../connection/connection.ts';
import { Disconnect } from './disconnect.ts';

/**
 * Dials, but does not wait for it any longer once `signal` has aborted: then it rejects, and a connection that
 * comes about all the same is closed.
 */
export async function connect(
  dial: Dial,
  address: Address,
  channels: number,
  signal: AbortSignal,
): Promise<Connection> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    dial(address, channels, signal)
      .then(
        (connection) => {
          if (!signal.aborted) return resolve(connection);
          connection.open({ packet: () => {}, closed: () => {} });
          connection.close(Disconnect.clientLeft);
        },
        (error: unknown) => reject(error as Error),
      )
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
