import type { Log } from '../log.ts';
import { type NotifySocket, openNotifySocket } from './notify-socket.ts';

/** What the service manager is told, sd_notify(3). Nothing here throws: a manager that does not hear is no reason to fail. */
export interface ServiceManager {
  /** Ms within which `alive` must be said again and again; undefined where nobody watches. */
  readonly watchdogMs: number | undefined;
  /** The service is up, or up again after `reloading`. */
  ready(): void;
  /** `nowMs`: of CLOCK_MONOTONIC. */
  reloading(nowMs: number): void;
  stopping(): void;
  /** One line for people: `systemctl status` shows it. */
  status(text: string): void;
  alive(): void;
}

/** The manager this process was started by, according to its environment, or nobody. */
export function serviceManager(env: NodeJS.ProcessEnv, log: Log): ServiceManager {
  const { NOTIFY_SOCKET: name } = env;
  let socket: NotifySocket | undefined;
  const deaf = (err: unknown) => {
    socket = undefined;
    log.warn({ err }, 'the service manager is not told how it goes');
  };
  if (name) {
    // Our children have nothing to tell it.
    delete env.NOTIFY_SOCKET;
    try {
      socket = openNotifySocket(name);
    } catch (err) {
      deaf(err);
    }
  }
  const tell = (...lines: string[]) => {
    try {
      socket?.send(lines.join('\n'));
    } catch (err) {
      log.debug({ err }, 'the service manager did not hear');
    }
  };
  return {
    watchdogMs: socket && watchdogMs(env),
    ready: () => tell('READY=1'),
    reloading: (nowMs) => tell('RELOADING=1', `MONOTONIC_USEC=${Math.round(nowMs * 1e3)}`),
    stopping: () => tell('STOPPING=1'),
    status: (text) => tell(`STATUS=${text.replace(/\s+/g, ' ')}`),
    alive: () => tell('WATCHDOG=1'),
  };
}

/** sd_watchdog_enabled(3): meant for this very process, or for whoever reads it. */
function watchdogMs({ WATCHDOG_USEC: usec, WATCHDOG_PID: pid }: NodeJS.ProcessEnv): number | undefined {
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  const ms = Number(usec) / 1e3;
  return ms > 0 ? ms : undefined;
}
