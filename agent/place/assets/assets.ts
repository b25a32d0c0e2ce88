import { AlloError } from '../../errors.ts';
import type { Time } from '../../time/time.ts';
import { type AssetPacket, type AssetRange, digestIn } from '../../wire/asset.ts';
import type { AssetManners } from '../../wire/dialect.ts';
import type { SessionCounters } from '../counters.ts';
import { type ObserverFailed, Observers } from '../observers.ts';
import { type AssetPlace, unsupported } from './asset-place.ts';
import { Downloads } from './downloads.ts';
import { type Offer, Offers } from './offers.ts';
import { type AssetSource, bytesSource, fileSource } from './source.ts';
import type { AssetStore } from './store.ts';
import type { FetchOptions } from './waiter.ts';

/** What becomes of our offers. Sizes in bytes. */
export interface AssetsObserver {
  /** A part of an asset was sent to the place. */
  sent?(id: string, range: AssetRange): void;
  /** Something was asked for that was not given. */
  refused?(id: string, reason: string): void;
  /** An asset of ours cannot be read any more, and is not offered any longer. */
  withdrawn?(id: string, reason: AlloError): void;
}

/** Static content, both ways. What is offered and what is being fetched outlives the stays in the place. */
export class Assets {
  readonly #offers: Offers;
  readonly #downloads: Downloads;
  readonly #observers: Observers<AssetsObserver>;
  #place: AssetPlace | undefined;

  constructor(time: Time, store: AssetStore, counters: SessionCounters, failed: ObserverFailed) {
    this.#observers = new Observers(failed);
    this.#offers = new Offers(time, counters, this.#observers);
    this.#downloads = new Downloads(time, store, counters, failed);
  }

  /** Whether the place knows assets; undefined while none is joined. */
  get supported(): boolean | undefined {
    return this.#place && this.#place.manners !== undefined;
  }

  /** Returns the way to stop observing. */
  observe(observer: AssetsObserver): () => void {
    return this.#observers.add(observer);
  }

  /**
   * Offers bytes (which are not copied), the file of a path, or something that was fetched: from now on whoever
   * asks is answered. Rejects with ALLO_E_ASSET_SOURCE.
   */
  async offer(content: Uint8Array | string | AssetSource): Promise<Offer> {
    if (content instanceof Uint8Array) return this.#offers.add(bytesSource(content));
    return this.#offers.add(typeof content === 'string' ? await fileSource(content) : content);
  }

  /**
   * Fetches an asset through the place, unless the store has it already, or we offer it ourselves. While no place is
   * joined it waits for one, for as long as `absence` allows. Rejects with ALLO_E_ASSET_CORRUPT, ALLO_E_ASSET_ID, ALLO_E_ASSET_STORE,
   * ALLO_E_ASSET_TIMEOUT, ALLO_E_ASSET_UNAVAILABLE, ALLO_E_ASSET_UNSUPPORTED, ALLO_E_REQUEST_LIMIT,
   * ALLO_E_NOT_JOINED once the session is stopped, or with what `signal` was aborted for.
   */
  async fetch(id: string, options: FetchOptions = {}): Promise<AssetSource> {
    if (digestIn(id) === undefined)
      throw new AlloError('ALLO_E_ASSET_ID', `${JSON.stringify(id.slice(0, 100))} is not the id of an asset`);
    return this.#offers.get(id) ?? this.#downloads.fetch(id, options);
  }

  /**
   * Sends the beginning of an asset of ours unasked; a place that takes it asks for the rest. Returns what the place
   * does with it: `cached`, or `wanted`: nothing, unless somebody waits for this asset just now. Throws
   * ALLO_E_ASSET_UNKNOWN, ALLO_E_ASSET_UNSUPPORTED, ALLO_E_NOT_JOINED or ALLO_E_SEND_CONGESTED.
   */
  push(id: string): AssetManners['unasked'] {
    const source = this.#offers.get(id);
    if (!source) throw new AlloError('ALLO_E_ASSET_UNKNOWN', `${id} is not offered`);
    if (!this.#place) throw new AlloError('ALLO_E_NOT_JOINED', 'the agent is not in the place at the moment');
    const { manners } = this.#place;
    if (!manners) throw unsupported();
    if (!this.#offers.push(id, source.size))
      throw new AlloError('ALLO_E_SEND_CONGESTED', 'too many parts of assets wait to be sent');
    return manners.unasked;
  }

  // What follows is between this and the session.

  start(): void {
    this.#downloads.start();
  }

  /** A place is joined. Nothing is asked of it before it is known what it is. */
  enter(place: AssetPlace): void {
    this.#place = place;
    this.#offers.enter(place);
  }

  /** The place joined is what it was taken for. */
  settle(): void {
    if (this.#place) this.#downloads.enter(this.#place);
  }

  leave(): void {
    this.#place = undefined;
    this.#offers.leave();
    this.#downloads.leave();
  }

  stop(): void {
    this.#downloads.stop(new AlloError('ALLO_E_NOT_JOINED', 'the agent has left the place'));
  }

  receive(packet: AssetPacket): void {
    if (packet.kind === 'request') this.#offers.answer(packet);
    else if (packet.kind === 'data') this.#downloads.receive(packet);
    else this.#downloads.fail(packet);
  }
}
