import type { Time } from '../time/time.ts';
import type { EarlyConnection } from './dialect/early-connection.ts';
import { Disconnect } from './disconnect.ts';
import { LEAVE_TIME } from './link.ts';

/** Leaves before anything was said. Resolves once the place knows, after `LEAVE_TIME` at the latest. */
export function farewell(connection: EarlyConnection, time: Time): Promise<void> {
  if (connection.closed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      connection.watcher = {};
      resolve();
    };
    const cancel = time.after(LEAVE_TIME, end);
    connection.watcher = { closed: end };
    connection.close(Disconnect.clientLeft);
  });
}
