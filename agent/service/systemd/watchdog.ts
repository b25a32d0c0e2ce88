import type { Cancel, Time } from '../../time/time.ts';
import type { Log } from '../log.ts';
import type { ServiceManager } from './service-manager.ts';

/** Something that must go on for the daemon to be worth keeping. */
export interface Vital {
  readonly name: string;
  /** Why it has stopped, for people; undefined while it goes on, or need not. */
  stuck(nowMs: number): string | undefined;
}

/** A beat may come so much later than it was meant to, in shares of the manager's limit: then the loop is held up. */
const latest = 0.25;

/**
 * Tells the service manager that the daemon is alive, three times within its limit, but only while the event loop is
 * on time and every vital goes on. What does not recover within the limit is ended by the manager and started afresh.
 */
export class Watchdog {
  readonly #manager: ServiceManager;
  readonly #vitals: readonly Vital[];
  readonly #time: Time;
  readonly #log: Log;
  #cancel: Cancel = () => {};
  #told: string | undefined;

  constructor(manager: ServiceManager, vitals: readonly Vital[], time: Time, log: Log) {
    this.#manager = manager;
    this.#vitals = vitals;
    this.#time = time;
    this.#log = log;
  }

  /** Does nothing where nobody watches. */
  start(): void {
    const limit = this.#manager.watchdogMs;
    if (limit !== undefined) this.#beat(limit, this.#time.now());
  }

  stop(): void {
    this.#cancel();
  }

  #beat(limit: number, due: number): void {
    const now = this.#time.now();
    const late = now - due;
    const problem =
      late > limit * latest ? `the event loop is ${Math.round(late)} ms late` : this.#stuck(now);
    if (problem === undefined) this.#manager.alive();
    if (problem !== undefined && problem !== this.#told)
      this.#log.error({ code: 'ALLO_E_WATCHDOG', problem }, 'something that must go on has stopped');
    if (problem === undefined && this.#told !== undefined)
      this.#log.info({ was: this.#told }, 'it goes on again');
    this.#told = problem;
    const next = now + limit / 3;
    this.#cancel = this.#time.after(limit / 3, () => this.#beat(limit, next));
  }

  #stuck(nowMs: number): string | undefined {
    for (const { name, stuck } of this.#vitals) {
      const why = stuck(nowMs);
      if (why !== undefined) return `${name}: ${why}`;
    }
    return undefined;
  }
}
