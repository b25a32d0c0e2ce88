import { AlloError } from '../errors.ts';
import type { Time } from '../time/time.ts';
import type { Logging } from './log.ts';

/** Longest time that leaving may take, ms: with what the process itself needs to end, under 2 s. */
export const stopWithinMs = 1_900;

/** What of `node:process` the lifecycle needs. */
export interface ProcessHost {
  on(event: NodeJS.Signals, listener: () => void): unknown;
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  exit(status: number): void;
}

export interface Lifecycle {
  /** Leaves: SIGTERM, SIGINT. */
  stop(): Promise<void>;
  /** Reads the configuration again: SIGHUP. Never runs twice at once. */
  reload(): Promise<void>;
  /** Tells the log how it goes: SIGUSR2. */
  report(): void;
}

/**
 * Ties the daemon's life to its process. A first SIGTERM or SIGINT stops and exits 0, or 1 where stopping fails
 * or takes too long; a second one exits 1 at once. An error that nothing caught is logged and exits 1: what runs
 * on after one is not to be trusted, and the service manager starts afresh.
 */
export function superviseProcess(
  host: ProcessHost,
  lifecycle: Lifecycle,
  logging: Logging,
  time: Time,
): void {
  const { log } = logging;
  const exit = (status: number) => logging.flush(() => host.exit(status));

  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) {
      log.warn({ signal }, 'asked to stop a second time: not waiting');
      return exit(1);
    }
    stopping = true;
    log.info({ signal }, 'stopping');
    exit(await stopInTime(lifecycle, logging, time));
  };
  host.on('SIGTERM', () => void stop('SIGTERM'));
  host.on('SIGINT', () => void stop('SIGINT'));

  let reloads = Promise.resolve();
  host.on('SIGHUP', () => {
    reloads = reloads.then(() => (stopping ? undefined : lifecycle.reload())).catch(crash);
  });
  host.on('SIGUSR2', () => lifecycle.report());

  function crash(error: unknown): void {
    log.fatal({ code: 'ALLO_E_UNEXPECTED', err: error }, 'an error that nothing caught');
    exit(1);
  }
  host.on('uncaughtException', crash);
  host.on('unhandledRejection', crash);
}

async function stopInTime(lifecycle: Lifecycle, { log }: Logging, time: Time): Promise<0 | 1> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    const error = new AlloError('ALLO_E_STOP_LATE', `not stopped after ${stopWithinMs} ms`);
    cancel = time.after(stopWithinMs, () => reject(error));
  });
  try {
    await Promise.race([lifecycle.stop(), late]);
    log.info('stopped');
    return 0;
  } catch (err) {
    log.error({ err }, 'could not stop properly');
    return 1;
  } finally {
    cancel();
  }
}
