import type { Address, Dial } from '../connection/connection.ts';
import { formatPlaceUrl } from '../connection/place-url.ts';
import { Counters } from '../counters.ts';
import { AlloError } from '../errors.ts';
import type { Time } from '../time/time.ts';
import type { Dialect } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';
import type { Components, Identity } from '../wire/place-requests.ts';
import { Assets } from './assets/assets.ts';
import { MemoryAssetStore } from './assets/memory-store.ts';
import type { AssetStore } from './assets/store.ts';
import { backoff } from './backoff.ts';
import { PlaceClock } from './clock/place-clock.ts';
import { connect } from './connect.ts';
import type { SessionCounters } from './counters.ts';
import { EarlyConnection } from './dialect/early-connection.ts';
import type { Heard } from './dialect/listen.ts';
import { type DialectMemory, ShortDialectMemory } from './dialect/memory.ts';
import { DialectSearch } from './dialect/search.ts';
import { farewell } from './farewell.ts';
import { Inbox, type MessageHandler, type RequestHandler } from './inbox.ts';
import { Observers } from './observers.ts';
import { AVATAR, OwnEntities } from './own-entities.ts';
import { type Lasting, Presence } from './presence.ts';
import { sleep } from './sleep.ts';
import type { PlaceSessionObserver, PlaceStatus } from './status.ts';
import { Tracks } from './tracks.ts';
import { World } from './world.ts';

export interface PlaceSessionOptions {
  readonly address: Address;
  /** What the place is known to speak, or `auto`: each connection is listened to, and the dialect found. */
  readonly dialect: Dialect | 'auto';
  /** Where found dialects are remembered; by default as long as the session is. */
  readonly memory?: DialectMemory;
  readonly identity: Identity;
  /** What the avatar is made of at first; later it is the entity with the key `avatar`. */
  readonly avatar: Components;
  readonly dial: Dial;
  readonly time: Time;
  /** Where fetched assets are kept; by default a few in memory. */
  readonly assetStore?: AssetStore;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

export type { PlaceSessionObserver, PlaceStatus } from './status.ts';

/** Bytes of assets kept in memory where no other store is given. */
const ASSETS_IN_MEMORY = 16 * 1024 * 1024;

/** Asked for: a place grants as many as it has, which tells what it speaks. */
const MOST_CHANNELS = 255;

/** Why a stay ended, and how long it was, ms. */
interface Stay {
  readonly reason: AlloError;
  readonly stayed: number;
}

/** A stay this long counts as success: the pauses between attempts begin anew after it, ms. */
const WORTH_THE_NAME = 10_000;

/** An attempt that has lasted so long tries no further dialect: a place may take its time to refuse each, ms. */
const LONGEST_SEARCH = 20_000;

/**
 * One live session with one place. It joins, and whenever the place is lost it joins again, for ever, and makes
 * everything as it was: avatar, entities, tracks, clock. Nothing but the announcement is sent before the place
 * has accepted the agent.
 */
export class PlaceSession {
  readonly world: World;
  readonly entities: OwnEntities;
  readonly tracks: Tracks;
  readonly assets: Assets;
  readonly clock = new PlaceClock();
  /** What went wrong since the start. */
  readonly counters: SessionCounters = new Counters();
  readonly #options: PlaceSessionOptions;
  readonly #random: () => number;
  readonly #search: DialectSearch;
  readonly #lasting: Lasting;
  readonly #inbox: Inbox;
  readonly #observers: Observers<PlaceSessionObserver>;
  #status: PlaceStatus = { state: 'stopped', attempt: 0 };
  /** The stay, while joined. */
  #presence: Presence | undefined;
  #left = Promise.resolve();
  #tellingFailure = false;
  #run: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: PlaceSessionOptions) {
    const failed = (error: unknown) => this.#failed(error);
    this.#options = options;
    this.#random = options.random ?? Math.random;
    const memory = options.memory ?? new ShortDialectMemory();
    this.#search = new DialectSearch(options.dialect, memory, formatPlaceUrl(options.address));
    this.#observers = new Observers(failed);
    this.#inbox = new Inbox(this.counters, failed);
    this.world = new World(failed);
    this.entities = new OwnEntities(options.avatar, failed);
    const { time, identity } = options;
    const about = { entities: this.entities, world: this.world };
    this.tracks = new Tracks({ time, ...about, random: this.#random, failed });
    const store = options.assetStore ?? new MemoryAssetStore(ASSETS_IN_MEMORY);
    this.assets = new Assets(time, store, this.counters, failed);
    const { world, entities, tracks, assets, clock, counters } = this;
    const shared = { world, entities, tracks, assets, clock, counters };
    this.#lasting = { time, identity, random: this.#random, inbox: this.#inbox, ...shared };
    this.entities.observe({
      spawned: (key, id) => this.tracks.entitySpawned(key, id),
      gone: (key) => this.tracks.entityGone(key),
    });
    this.world.observe({ entityRemoved: ({ id }) => this.#presence?.entityRemoved(id) });
  }

  get status(): PlaceStatus {
    return this.#status;
  }

  /** How the place is spoken with; undefined while none is joined. */
  get dialect(): Dialect | undefined {
    return this.#presence?.dialect;
  }

  /**
   * When the place was last heard, local monotonic ms; undefined while none is joined. Places of every kind send
   * several packets a second.
   */
  get heardAt(): number | undefined {
    return this.#presence?.heardAt;
  }

  /**
   * A local moment (monotonic ms) in the place's time, seconds. Undefined while no place is joined, and until the
   * one that is has answered a probe: a restarted place has another clock than the one that was known.
   */
  toPlaceTime(ms: number): number | undefined {
    return this.#presence?.clockConfirmed ? this.clock.toPlaceTime(ms) : undefined;
  }

  /** Begins to join. Does nothing while already started. */
  start(): void {
    if (this.#run) return;
    const controller = new AbortController();
    this.assets.start();
    this.#run = { controller, done: this.#stayJoined(controller.signal) };
  }

  /** Leaves properly. Resolves when the place knows, or after a second. */
  async stop(): Promise<void> {
    const run = this.#run;
    if (run) {
      this.#run = undefined;
      this.#left = run.done;
      run.controller.abort();
      this.#become({ state: 'stopped', attempt: 0 });
      this.assets.stop();
    }
    await this.#left;
  }

  /** Returns the way to stop observing. */
  observe(observer: PlaceSessionObserver): () => void {
    return this.#observers.add(observer);
  }

  /**
   * Asks an entity, or the place (`place`), and resolves with the body of the answer, even if it says no.
   * `from`: key or id of the entity of ours that asks, by default the avatar; `timeout` in ms, by default 5,000.
   * Rejects with ALLO_E_NOT_JOINED, ALLO_E_REQUEST_TIMEOUT, ALLO_E_REQUEST_LIMIT, ALLO_E_REQUEST_UNSENDABLE,
   * ALLO_E_SEND_CONGESTED, or the reason why the place was lost.
   */
  async request(to: string, body: Body, options: { from?: string; timeout?: number } = {}): Promise<Body> {
    const from = this.#idOf(options.from ?? AVATAR);
    if (!this.#presence || from === undefined)
      throw new AlloError('ALLO_E_NOT_JOINED', 'the agent is not in the place at the moment');
    return this.#presence.ask(from, to, body, options.timeout);
  }

  /** Tells an entity. False where it could not be sent. `from` as with `request`. */
  oneWay(to: string, body: Body, from: string = AVATAR): boolean {
    const id = this.#idOf(from);
    if (id === undefined || !this.#presence) return false;
    return this.#presence.say('one-way', id, to, body);
  }

  /** Tells all who subscribed. False where it could not be sent, or reaches nobody in this kind of place. */
  publish(body: Body, from: string = AVATAR): boolean {
    const id = this.#idOf(from);
    if (id === undefined || this.#presence?.dialect.publications !== 'delivered') return false;
    return this.#presence.say('publication', id, '', body);
  }

  /** Handlers are asked in order until one answers; each of these returns the way to stop hearing. */
  onRequest(handler: RequestHandler): () => void {
    return this.#inbox.onRequest(handler);
  }

  onOneWay(handler: MessageHandler): () => void {
    return this.#inbox.onMessage('one-way', handler);
  }

  onPublication(handler: MessageHandler): () => void {
    return this.#inbox.onMessage('publication', handler);
  }

  /** A key of ours becomes its id, if it has one now; anything else is taken for an id. */
  #idOf(keyOrId: string): string | undefined {
    return this.entities.has(keyOrId) ? this.entities.id(keyOrId) : keyOrId;
  }

  async #stayJoined(signal: AbortSignal): Promise<void> {
    const { time } = this.#options;
    let pauses = backoff(this.#random);
    for (let attempt = 1; !signal.aborted; attempt++) {
      const error = this.#status.error;
      this.#become({ state: 'joining', attempt, ...(error && { error }) });
      const { reason, stayed } = await this.#attempt(attempt, signal);
      if (signal.aborted) return;
      if (stayed >= WORTH_THE_NAME) {
        pauses = backoff(this.#random);
        attempt = 0;
      }
      const pause = pauses.next().value;
      this.#become({ state: 'waiting', attempt, error: reason, retryAt: time.now() + pause });
      await sleep(time, pause, signal);
    }
  }

  /** One attempt, in as many dialects as may be worth it, and the stay it leads to. */
  async #attempt(attempt: number, signal: AbortSignal): Promise<Stay> {
    const { time } = this.#options;
    const latest = time.now() + LONGEST_SEARCH;
    this.#search.begin();
    for (;;) {
      const stay = await this.#stay(attempt, signal);
      // Another run may have begun to search since.
      if (signal.aborted) return stay;
      const again = this.#search.learn(stay.reason) && stay.stayed < WORTH_THE_NAME;
      if (!again || time.now() > latest) return stay;
      this.#become({ state: 'joining', attempt, error: stay.reason });
    }
  }

  /** One connection, and the stay it leads to. */
  async #stay(attempt: number, signal: AbortSignal): Promise<Stay> {
    const { dial, address, time } = this.#options;
    let connection: EarlyConnection | undefined;
    let heard: Heard;
    try {
      connection = new EarlyConnection(await connect(dial, address, MOST_CHANNELS, signal), this.counters);
      heard = await this.#search.listen(connection, time, signal);
    } catch (error) {
      if (connection) await farewell(connection, time);
      return { reason: asAlloError(error), stayed: 0 };
    }
    const found = () => this.#search.found(heard.dialect);
    const presence = new Presence(this.#lasting, connection, heard, found);
    const leave = () => {
      this.#forget(presence);
      presence.leave();
    };
    signal.addEventListener('abort', leave);
    // Aborted in the very moment in which the connection came about: there was nobody to hear it.
    if (signal.aborted) leave();
    let joinedAt: number | undefined;
    try {
      await presence.announce();
      if (!signal.aborted) {
        joinedAt = time.now();
        this.#joined(presence, attempt);
      }
    } catch (error) {
      presence.leave(asAlloError(error));
    }
    const reason = await presence.ended;
    signal.removeEventListener('abort', leave);
    this.#forget(presence);
    if (joinedAt === undefined) return { reason, stayed: 0 };
    if (!signal.aborted) this.#observers.tell((observer) => observer.lost?.(reason));
    return { reason, stayed: time.now() - joinedAt };
  }

  #joined(presence: Presence, attempt: number): void {
    const { placeName, avatarId, dialect } = presence;
    this.#presence = presence;
    this.#become({ state: 'joined', attempt, placeName, avatarId, dialect: dialect.name });
    if (this.#presence === presence)
      this.#observers.tell((observer) => observer.joined?.({ placeName, avatarId, dialect }));
  }

  /** Another run may have begun since, with a stay of its own. */
  #forget(presence: Presence): void {
    if (this.#presence === presence) this.#presence = undefined;
  }

  /** An observer that fails while it is told of a failure is not told of that. */
  #failed(error: unknown): void {
    this.counters.count('ALLO_E_HANDLER_FAILED');
    if (this.#tellingFailure) return;
    this.#tellingFailure = true;
    this.#observers.tell((observer) => observer.failed?.(error));
    this.#tellingFailure = false;
  }

  #become(status: PlaceStatus): void {
    this.#status = status;
    this.#observers.tell((observer) => observer.status?.(status));
  }
}

function asAlloError(error: unknown): AlloError {
  if (error instanceof AlloError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AlloError('ALLO_E_PLACE_UNREACHABLE', message, { cause: error });
}
