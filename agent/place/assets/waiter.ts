import { AlloError } from '../../errors.ts';
import type { Cancel, Time } from '../../time/time.ts';
import type { AssetSource } from './source.ts';

export interface FetchOptions {
  /** Aborting it ends the wait; the fetch itself goes on while others wait for the same asset. */
  readonly signal?: AbortSignal;
  /**
   * How long nothing may come of it while in the place, ms; default 60,000. Places send nothing until they have the
   * whole asset from whoever offers it.
   */
  readonly timeout?: number;
  /** How long the place may be away, ms; by default for ever. */
  readonly absence?: number;
  /** Hears how far it is, after each part. */
  readonly progress?: (received: number, total: number) => void;
  /** The entity the asset was seen at: places may ask its agent first. */
  readonly publishedBy?: string;
}

const DEFAULT_TIMEOUT = 60_000;

/** Somebody who waits for an asset. */
export class Waiter {
  readonly arrived: Promise<AssetSource>;
  readonly #time: Time;
  readonly #id: string;
  readonly #options: FetchOptions;
  readonly #gone: (waiter: Waiter, reason: unknown) => void;
  #resolve!: (asset: AssetSource) => void;
  #reject!: (reason: unknown) => void;
  #cancelTimeout: Cancel = () => {};
  #cancelAbsence: Cancel = () => {};

  /** `gone` is called when it waits no longer, without having been told anything. */
  constructor(
    time: Time,
    id: string,
    options: FetchOptions,
    gone: (waiter: Waiter, reason: unknown) => void,
  ) {
    this.#time = time;
    this.#id = id;
    this.#options = options;
    this.#gone = gone;
    this.arrived = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.signal?.addEventListener('abort', this.#abort);
  }

  readonly #abort = () => {
    this.#giveUp(this.#options.signal?.reason);
  };

  /** The place is being waited for, from now on or anew. */
  waiting(): void {
    const { timeout = DEFAULT_TIMEOUT } = this.#options;
    this.#cancelTimeout();
    this.#cancelTimeout = this.#giveUpAfter(timeout, `nothing came of ${this.#id}`);
  }

  paused(): void {
    this.#cancelTimeout();
  }

  /** There is no place, from now on. */
  away(): void {
    const { absence } = this.#options;
    this.#cancelAbsence();
    if (absence !== undefined)
      this.#cancelAbsence = this.#giveUpAfter(absence, `no place was joined to get ${this.#id} from`);
  }

  back(): void {
    this.#cancelAbsence();
  }

  progress(received: number, total: number): void {
    this.#options.progress?.(received, total);
  }

  resolve(asset: AssetSource): void {
    this.#end();
    this.#resolve(asset);
  }

  reject(reason: unknown): void {
    this.#end();
    this.#reject(reason);
  }

  #giveUpAfter(ms: number, what: string): Cancel {
    return this.#time.after(ms, () =>
      this.#giveUp(new AlloError('ALLO_E_ASSET_TIMEOUT', `${what} within ${ms / 1000} s`)),
    );
  }

  #giveUp(reason: unknown): void {
    this.reject(reason);
    this.#gone(this, reason);
  }

  #end(): void {
    this.#cancelTimeout();
    this.#cancelAbsence();
    this.#options.signal?.removeEventListener('abort', this.#abort);
  }
}
