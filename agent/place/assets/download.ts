import { createHash } from 'node:crypto';
import { AlloError } from '../../errors.ts';
import type { Cancel, Time } from '../../time/time.ts';
import {
  ASSET_CHUNK,
  type AssetData,
  type AssetFailure,
  type AssetRequest,
  digestIn,
} from '../../wire/asset.ts';
import { sleep } from '../sleep.ts';
import { type AssetPlace, unsupported } from './asset-place.ts';
import type { AssetSource } from './source.ts';
import type { AssetDraft, AssetStore } from './store.ts';

/** How often the place is asked again while it does not answer, ms: it may have lost the question. */
const ASK_AGAIN = 5_000;

/**
 * How long after an answer to something else the question is put again, ms: a place that has just got an asset
 * sends its beginning to all who waited, whatever they asked for.
 */
const ASK_AGAIN_SOON = 500;

/** The pause before an asset that arrived damaged is fetched anew, ms: a place hands out what is still on its way. */
const RETRY_PAUSE = 2_000;

const ATTEMPTS = 2;

/** What a download tells. */
export interface DownloadEvents {
  /** It has begun to wait for the place: at first, and after each joining. */
  waiting(): void;
  /** It waits for something else: no place, a pause, the store. */
  paused(): void;
  /** `received` of `total` bytes are there. */
  progress(received: number, total: number): void;
}

/** What is waited for. */
interface Question {
  readonly start: number;
  resolve(data: AssetData): void;
  reject(reason: unknown): void;
}

/**
 * One asset on its way from the place into a store: one range after the other, hashed as it comes. It outlives the
 * stays in the place: after each joining it goes on where it was.
 */
export class Download {
  readonly #id: string;
  readonly #time: Time;
  readonly #store: AssetStore;
  readonly #events: DownloadEvents;
  readonly #publishedBy: string | undefined;
  #place: AssetPlace | undefined;
  #question: Question | undefined;
  /** Known once the first part has arrived. */
  #total: number | undefined;
  /**
   * Whether the place joined now has said the same. Before that nothing but the beginning is asked for: places answer
   * what lies beyond the end of what they hold with garbage.
   */
  #confirmed = false;
  #cancelAsking: Cancel = () => {};
  readonly #ended = new AbortController();

  constructor(
    id: string,
    time: Time,
    store: AssetStore,
    events: DownloadEvents,
    publishedBy: string | undefined,
  ) {
    this.#id = id;
    this.#time = time;
    this.#store = store;
    this.#events = events;
    this.#publishedBy = publishedBy;
  }

  /**
   * Rejects with ALLO_E_ASSET_CORRUPT, ALLO_E_ASSET_STORE, ALLO_E_ASSET_UNAVAILABLE, ALLO_E_ASSET_UNSUPPORTED, or
   * what `end` was given.
   */
  async run(): Promise<AssetSource> {
    const known = await this.#store.get(this.#id);
    if (known) return known;
    for (let attempt = 1; ; attempt++) {
      const asset = await this.#fetch();
      if (asset) return asset;
      if (attempt === ATTEMPTS)
        throw new AlloError('ALLO_E_ASSET_CORRUPT', `${this.#id} arrived damaged ${ATTEMPTS} times`);
      this.#events.paused();
      await sleep(this.#time, RETRY_PAUSE, this.#ended.signal);
    }
  }

  enter(place: AssetPlace): void {
    this.#place = place;
    if (this.#question) this.#ask();
  }

  leave(): void {
    this.#place = undefined;
    this.#confirmed = false;
    this.#cancelAsking();
    this.#events.paused();
  }

  /** Gives up. */
  end(reason: unknown): void {
    this.#ended.abort(reason);
    this.#cancelAsking();
    this.#question?.reject(reason);
  }

  /** False where it is no part that is of use now. */
  receive(data: AssetData): boolean {
    const question = this.#question;
    if (!question) return false;
    const confirms = !this.#confirmed;
    this.#confirmed = true;
    const other = this.#total !== undefined && data.total !== this.#total;
    const empty = data.body.length === 0 && data.total > 0;
    if (other || (data.start === question.start && !empty)) {
      question.resolve(data);
      return true;
    }
    if (confirms) this.#put(question);
    else if (this.#place) this.#askIn(ASK_AGAIN_SOON);
    return confirms;
  }

  fail({ reason }: AssetFailure): void {
    const why = reason === '' ? 'the place gives no reason' : reason;
    this.#question?.reject(new AlloError('ALLO_E_ASSET_UNAVAILABLE', `${this.#id}: ${why}`));
  }

  /** Undefined where what came is not what the id says. */
  async #fetch(): Promise<AssetSource | undefined> {
    const hash = createHash('sha256');
    let draft: AssetDraft | undefined;
    this.#total = undefined;
    try {
      for (let received = 0; received !== this.#total; ) {
        const { body, total } = await this.#part(received);
        if (total !== (this.#total ?? total)) return undefined;
        this.#total = total;
        draft ??= await this.#store.draft(this.#id, total);
        hash.update(body);
        await draft.write(body);
        received += body.length;
        this.#events.progress(received, total);
      }
      if (!draft || hash.digest('hex') !== digestIn(this.#id)) return undefined;
      const asset = await draft.commit();
      draft = undefined;
      return asset;
    } finally {
      await draft?.discard();
    }
  }

  /** The part that begins at `start`, of any length. */
  async #part(start: number): Promise<AssetData> {
    this.#ended.signal.throwIfAborted();
    const arriving = new Promise<AssetData>((resolve, reject) => {
      this.#question = { start, resolve, reject };
    });
    this.#ask();
    try {
      return await arriving;
    } finally {
      this.#question = undefined;
      this.#cancelAsking();
    }
  }

  #ask(): void {
    const question = this.#question;
    if (!this.#place || !question) return;
    if (this.#place.manners) {
      this.#events.waiting();
      this.#put(question);
    } else question.reject(unsupported());
  }

  #put({ start }: Question): void {
    const left = this.#total === undefined ? ASSET_CHUNK : this.#total - start;
    const range =
      this.#confirmed || start === 0
        ? { start, length: Math.min(ASSET_CHUNK, left) }
        : { start: 0, length: 1 };
    const request: AssetRequest = { kind: 'request', id: this.#id, range };
    const hint = this.#publishedBy;
    this.#place?.send(hint === undefined ? request : { ...request, publishedBy: hint });
    this.#askIn(ASK_AGAIN);
  }

  #askIn(ms: number): void {
    this.#cancelAsking();
    this.#cancelAsking = this.#time.after(ms, () => {
      if (this.#question) this.#put(this.#question);
    });
  }
}
