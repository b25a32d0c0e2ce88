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
    this.#cancelTimeout = this.#time.after(timeout, () => {
      const message = `nothing came of ${this.#id} within ${timeout / 1000} s`;
      this.#giveUp(new AlloError('ALLO_E_ASSET_TIMEOUT', message));
    });
  }

  paused(): void {
    this.#cancelTimeout();
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

  #giveUp(reason: unknown): void {
    this.reject(reason);
    this.#gone(this, reason);
  }

  #end(): void {
    this.#cancelTimeout();
    this.#options.signal?.removeEventListener('abort', this.#abort);
  }
}
