import type { Config } from '../config/schema.ts';
import type { Log } from '../service/log.ts';
import type { ServiceManager } from '../service/systemd/service-manager.ts';
import { goodAfter, type StartRecord } from '../service/systemd/start-record.ts';
import { statusText } from '../service/systemd/status-text.ts';
import { Watchdog } from '../service/systemd/watchdog.ts';
import type { Cancel, Time } from '../time/time.ts';
import type { Daemon } from './daemon.ts';
import { captureVital, sessionVital } from './vitals.ts';

/** How often the status line is looked at, ms; it is told where it changed. */
const statusInterval = 5_000;

export interface SupervisionOptions {
  readonly daemon: Daemon;
  readonly config: Config;
  readonly manager: ServiceManager;
  /** Absent where the service manager keeps no runtime directory. */
  readonly starts: StartRecord | undefined;
  readonly safeMode: string | undefined;
  readonly time: Time;
  readonly log: Log;
}

/** Keeps the service manager informed for as long as the daemon runs. */
export class Supervision {
  readonly #options: SupervisionOptions;
  readonly #watchdog: Watchdog;
  #cancelGood: Cancel = () => {};
  #cancelStatus: Cancel = () => {};
  #told: string | undefined;

  constructor(options: SupervisionOptions) {
    const { daemon, manager, time, log } = options;
    const { session, microphone } = daemon;
    const vitals = [sessionVital(session), ...(microphone ? [captureVital(microphone)] : [])];
    this.#options = options;
    this.#watchdog = new Watchdog(manager, vitals, time, log);
  }

  /** The daemon is up: devices taken or known to be missing, the place being joined. */
  ready(): void {
    const { manager, time, starts } = this.#options;
    manager.ready();
    this.#watchdog.start();
    this.#tellStatus();
    this.#cancelGood = time.after(goodAfter, () => starts?.clear());
  }

  /** Around what `reload` does. */
  async reloading(reload: () => Promise<void>): Promise<void> {
    const { manager, time } = this.#options;
    manager.reloading(time.now());
    await reload();
    manager.ready();
  }

  /** Ended on purpose: no bad start, however short it was. */
  stopping(): void {
    const { manager, starts } = this.#options;
    manager.stopping();
    this.#watchdog.stop();
    this.#cancelGood();
    this.#cancelStatus();
    starts?.clear();
  }

  #tellStatus(): void {
    const { manager, time, daemon, config, safeMode } = this.#options;
    const { session, appliance } = daemon;
    const { state, placeName, error } = session.status;
    const known = session.toPlaceTime(time.now()) !== undefined;
    const text = statusText({
      placeUrl: config.place.url,
      session: { state, ...(placeName && { placeName }), ...(error && { problem: error.message }) },
      // Rounded up coarsely, so that the line does not change at every look.
      clockErrorMs: known ? Math.ceil(session.clock.errorBound(time.now()) * 1e4) / 10 : undefined,
      faults: appliance.faults,
      ...(safeMode !== undefined && { safeMode }),
    });
    if (text !== this.#told) manager.status(text);
    this.#told = text;
    this.#cancelStatus = time.after(statusInterval, () => this.#tellStatus());
  }
}
