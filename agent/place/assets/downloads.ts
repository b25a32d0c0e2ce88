import { AlloError } from '../../errors.ts';
import type { Time } from '../../time/time.ts';
import type { AssetData, AssetFailure } from '../../wire/asset.ts';
import type { SessionCounters } from '../counters.ts';
import type { ObserverFailed } from '../observers.ts';
import type { AssetPlace } from './asset-place.ts';
import { Download } from './download.ts';
import type { AssetSource } from './source.ts';
import type { AssetStore } from './store.ts';
import { type FetchOptions, Waiter } from './waiter.ts';

/** Assets fetched at one time: each holds a part in memory. */
const MOST_AT_ONCE = 4;

/** Assets that may wait for their turn. */
const MOST_WAITING = 256;

interface Fetching {
  readonly download: Download;
  readonly waiters: Set<Waiter>;
}

/** What is being fetched, each asset once, however many wait for it. */
export class Downloads {
  readonly #time: Time;
  readonly #store: AssetStore;
  readonly #counters: SessionCounters;
  readonly #failed: ObserverFailed;
  /** By asset, in the order they were asked for. */
  readonly #running = new Map<string, Fetching>();
  readonly #queued = new Map<string, Fetching>();
  #place: AssetPlace | undefined;
  /** Why nothing is fetched at all. */
  #stopped: AlloError | undefined;

  constructor(time: Time, store: AssetStore, counters: SessionCounters, failed: ObserverFailed) {
    this.#time = time;
    this.#store = store;
    this.#counters = counters;
    this.#failed = failed;
  }

  async fetch(id: string, options: FetchOptions): Promise<AssetSource> {
    options.signal?.throwIfAborted();
    if (this.#stopped) throw this.#stopped;
    const fetching = this.#running.get(id) ?? this.#queued.get(id) ?? this.#queue(id, options);
    const waiter = new Waiter(this.#time, id, options, (gone, reason) => {
      fetching.waiters.delete(gone);
      if (fetching.waiters.size > 0) return;
      this.#forget(id, fetching);
      fetching.download.end(reason);
    });
    fetching.waiters.add(waiter);
    if (!this.#place) waiter.away();
    else if (this.#running.has(id)) waiter.waiting();
    this.#startMore();
    return waiter.arrived;
  }

  enter(place: AssetPlace): void {
    this.#place = place;
    for (const { waiters } of this.#all()) each(waiters, (waiter) => waiter.back());
    for (const { download } of [...this.#running.values()]) download.enter(place);
  }

  leave(): void {
    // Also told of places that were never entered.
    if (!this.#place) return;
    this.#place = undefined;
    for (const { download } of [...this.#running.values()]) download.leave();
    for (const { waiters } of this.#all()) each(waiters, (waiter) => waiter.away());
  }

  start(): void {
    this.#stopped = undefined;
  }

  /** Ends all that is going on, and all that is asked for until the next start. */
  stop(reason: AlloError): void {
    this.#stopped = reason;
    for (const [id, { waiters }] of this.#queued) {
      this.#queued.delete(id);
      for (const waiter of waiters) waiter.reject(reason);
    }
    for (const { download } of [...this.#running.values()]) download.end(reason);
  }

  receive(data: AssetData): void {
    if (!this.#running.get(data.id)?.download.receive(data)) this.#counters.count('ALLO_E_ASSET_UNASKED');
  }

  fail(failure: AssetFailure): void {
    const fetching = this.#running.get(failure.id);
    if (fetching) fetching.download.fail(failure);
    else this.#counters.count('ALLO_E_ASSET_UNASKED');
  }

  #all(): Fetching[] {
    return [...this.#running.values(), ...this.#queued.values()];
  }

  #queue(id: string, { publishedBy }: FetchOptions): Fetching {
    if (this.#queued.size >= MOST_WAITING)
      throw new AlloError('ALLO_E_REQUEST_LIMIT', `${MOST_WAITING} assets wait to be fetched`);
    const waiters = new Set<Waiter>();
    const events = {
      waiting: () => each(waiters, (waiter) => waiter.waiting()),
      paused: () => each(waiters, (waiter) => waiter.paused()),
      progress: (received: number, total: number) =>
        each(waiters, (waiter) => this.#progress(waiter, received, total)),
    };
    const download = new Download(id, this.#time, this.#store, events, publishedBy);
    const fetching = { download, waiters };
    this.#queued.set(id, fetching);
    return fetching;
  }

  #startMore(): void {
    for (const [id, fetching] of this.#queued) {
      if (this.#running.size >= MOST_AT_ONCE) return;
      this.#queued.delete(id);
      this.#running.set(id, fetching);
      if (this.#place) fetching.download.enter(this.#place);
      void this.#run(id, fetching);
    }
  }

  async #run(id: string, fetching: Fetching): Promise<void> {
    const tell = await fetching.download.run().then(
      (asset) => (waiter: Waiter) => waiter.resolve(asset),
      (reason: unknown) => (waiter: Waiter) => waiter.reject(reason),
    );
    this.#forget(id, fetching);
    each(fetching.waiters, tell);
    this.#startMore();
  }

  /** What nobody waits for any more is fetched anew by who asks next. */
  #forget(id: string, fetching: Fetching): void {
    for (const list of [this.#running, this.#queued]) if (list.get(id) === fetching) list.delete(id);
  }

  #progress(waiter: Waiter, received: number, total: number): void {
    try {
      waiter.progress(received, total);
    } catch (error) {
      this.#failed(error);
    }
  }
}

function each(waiters: ReadonlySet<Waiter>, tell: (waiter: Waiter) => void): void {
  for (const waiter of [...waiters]) tell(waiter);
}
