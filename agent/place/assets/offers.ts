import { AlloError } from '../../errors.ts';
import type { Time } from '../../time/time.ts';
import {
  ASSET_CHUNK,
  type AssetData,
  AssetFailureCode,
  type AssetRange,
  type AssetRequest,
  digestIn,
} from '../../wire/asset.ts';
import type { SessionCounters } from '../counters.ts';
import type { Observers } from '../observers.ts';
import { sleep } from '../sleep.ts';
import { type Answer, AnswerQueue } from './answer-queue.ts';
import type { AssetPlace } from './asset-place.ts';
import type { AssetsObserver } from './assets.ts';
import type { AssetSource } from './source.ts';

/**
 * Bytes on their way to the place beyond which no further part of an asset is read: interactions must not wait
 * long behind assets.
 */
const MOST_QUEUED = ASSET_CHUNK / 2;

/** How long is waited for a slow link before looking again, ms. */
const PATIENCE = 20;

/** An asset of ours, until it is withdrawn. */
export interface Offer {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  withdraw(): void;
}

/** The assets we have, and the answers to who asks for them: one part of one asset at a time. */
export class Offers {
  readonly #time: Time;
  readonly #counters: SessionCounters;
  readonly #observers: Observers<AssetsObserver>;
  readonly #sources = new Map<string, AssetSource>();
  readonly #queue = new AnswerQueue();
  #stay: { readonly place: AssetPlace; readonly left: AbortController } | undefined;
  #answering = false;

  constructor(time: Time, counters: SessionCounters, observers: Observers<AssetsObserver>) {
    this.#time = time;
    this.#counters = counters;
    this.#observers = observers;
  }

  get(id: string): AssetSource | undefined {
    return this.#sources.get(id);
  }

  add(source: AssetSource): Offer {
    const { id, size } = source;
    this.#sources.set(id, source);
    return {
      id,
      size,
      withdraw: () => {
        if (this.#sources.get(id) === source) this.#remove(id);
      },
    };
  }

  enter(place: AssetPlace): void {
    this.leave();
    this.#stay = { place, left: new AbortController() };
  }

  leave(): void {
    this.#queue.clear();
    this.#stay?.left.abort();
    this.#stay = undefined;
  }

  answer({ id, range }: AssetRequest): void {
    const source = this.#sources.get(id);
    if (digestIn(id) === undefined)
      this.#refuse(id, AssetFailureCode.notSupported, 'only assets named by their SHA-256 are known here');
    else if (!range) this.#refuse(id, AssetFailureCode.malformed, 'a range is [start, length]');
    else if (!source) {
      this.#counters.count('ALLO_E_ASSET_UNKNOWN');
      this.#refuse(id, AssetFailureCode.notAvailable, 'it is not here');
    } else if (range.start >= source.size)
      this.#refuse(id, AssetFailureCode.malformed, `the asset has ${source.size} bytes`);
    else this.#enqueue(source, range);
  }

  /** Sends the beginning of an asset of ours unasked. False where too much waits to be sent. */
  push(id: string, size: number): boolean {
    const queued = this.#queue.push({ id, start: 0, length: Math.min(size, ASSET_CHUNK), asked: false });
    this.#work();
    return queued;
  }

  #enqueue({ id, size }: AssetSource, { start, length }: AssetRange): void {
    const fitting = Math.min(length, ASSET_CHUNK, size - start);
    if (this.#queue.push({ id, start, length: fitting, asked: true })) {
      this.#work();
      return;
    }
    this.#counters.count('ALLO_E_ASSET_BUSY');
    this.#refuse(id, AssetFailureCode.notAvailable, 'too much is asked for at once; ask again later');
  }

  #work(): void {
    if (!this.#answering) void this.#answerAll();
  }

  async #answerAll(): Promise<void> {
    this.#answering = true;
    for (let next = this.#queue.shift(); next && this.#stay; next = this.#queue.shift()) {
      const { place, left } = this.#stay;
      const packet = await this.#dataFor(next);
      if (packet) await this.#send(packet, next.asked, place, left.signal);
    }
    this.#answering = false;
  }

  async #dataFor({ id, start, length }: Answer): Promise<AssetData | undefined> {
    const source = this.#sources.get(id);
    if (!source) return undefined;
    try {
      return { kind: 'data', id, start, total: source.size, body: await source.read(start, length) };
    } catch (error) {
      if (this.#sources.get(id) !== source) return undefined;
      this.#remove(id);
      this.#refuse(id, AssetFailureCode.notAvailable, 'it is not here any more');
      const reason =
        error instanceof AlloError ? error : new AlloError('ALLO_E_ASSET_SOURCE', (error as Error).message);
      this.#observers.tell((observer) => observer.withdrawn?.(id, reason));
      return undefined;
    }
  }

  /** As soon as little enough waits before it. */
  async #send(packet: AssetData, asked: boolean, place: AssetPlace, left: AbortSignal): Promise<void> {
    const { id, start, body } = packet;
    while (!left.aborted) {
      const sent = place.queued <= MOST_QUEUED ? place.send(packet) : 'congested';
      if (sent === 'sent')
        this.#observers.tell((observer) => observer.sent?.(id, { start, length: body.length }));
      // Places write past the end of an asset that is of another length than was heard here, whoever said so.
      if (sent === 'refused')
        this.#refuse(id, AssetFailureCode.notAvailable, 'another length of it is known', asked);
      if (sent !== 'congested') return;
      await sleep(this.#time, PATIENCE, left);
    }
  }

  /** Who has not asked hears nothing. */
  #refuse(id: string, code: number, reason: string, asked = true): void {
    if (asked) this.#stay?.place.send({ kind: 'failure', id, code, reason });
    this.#observers.tell((observer) => observer.refused?.(id, reason));
  }

  #remove(id: string): void {
    this.#sources.delete(id);
    this.#queue.remove(id);
  }
}
