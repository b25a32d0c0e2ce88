import { changedKeys, keeping } from '../config/changes.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../service/log.ts';

/** What can change while the daemon runs: by key, how the new configuration is taken up. */
export type LiveSettings = Readonly<Record<string, (config: Config) => void | Promise<void>>>;

/** Reads the configuration again while the daemon runs. */
export class Reloader {
  readonly #file: string;
  readonly #log: Log;
  readonly #live: LiveSettings;
  /** What the daemon runs with: what it was started with, and the live settings of the newest configuration. */
  #running: Config;

  constructor(file: string, config: Config, live: LiveSettings, log: Log) {
    this.#file = file;
    this.#running = config;
    this.#live = live;
    this.#log = log;
  }

  /** Takes up what can be taken up, and tells the log the rest. A configuration with errors changes nothing. */
  async reload(): Promise<void> {
    const config = await this.#load();
    if (!config) return;
    const waiting = changedKeys(this.#running, config).filter((key) => !(key in this.#live));
    const running = keeping(this.#running, config, waiting);
    const changed = changedKeys(this.#running, running);
    this.#running = running;
    for (const key of changed) await this.#live[key]?.(running);
    this.#log.info({ changed }, 'configuration reloaded');
    if (waiting.length > 0) this.#log.warn({ waiting }, 'these changes wait for a restart');
  }

  async #load(): Promise<Config | undefined> {
    try {
      return await loadConfig(this.#file);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems)
        this.#log.error({ problem: problem.code }, formatProblem(problem));
      this.#log.error('the configuration was not reloaded; the old one stays');
      return undefined;
    }
  }
}
