import { changedKeys } from '../config/changes.ts';
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
  /** What the daemon was started with, and still runs with but for the live settings. */
  readonly #started: Config;
  #newest: Config;

  constructor(file: string, config: Config, live: LiveSettings, log: Log) {
    this.#file = file;
    this.#started = config;
    this.#newest = config;
    this.#live = live;
    this.#log = log;
  }

  /** Takes up what can be taken up, and tells the log the rest. A configuration with errors changes nothing. */
  async reload(): Promise<void> {
    const config = await this.#load();
    if (!config) return;
    const changed = changedKeys(this.#newest, config).filter((key) => key in this.#live);
    const waiting = changedKeys(this.#started, config).filter((key) => !(key in this.#live));
    this.#newest = config;
    for (const key of changed) await this.#live[key]?.(config);
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
