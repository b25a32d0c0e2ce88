import { AlloError } from '../errors.ts';
import type { Cancel, Time } from '../time/time.ts';
import type { Body } from '../wire/interaction.ts';
import { isObject } from '../wire/json.ts';
import type { MediaPacket } from '../wire/media.ts';
import { failureReason, isFailure, mediaTrackBody, trackIn } from '../wire/place-requests.ts';
import { type ObserverFailed, Observers } from './observers.ts';
import type { TrackPlace } from './track-request.ts';
import type { World } from './world.ts';

/** Hears tracks of others. */
export interface TrackListener {
  /** One packet of the codec, in the order it was sent. `arrivedAtMs`: local monotonic milliseconds. */
  packet(payload: Uint8Array, arrivedAtMs: number, trackId: number): void;
  /**
   * The place does not let us hear that track (ALLO_E_TRACK_REFUSED, or why the request failed). Where `isAskedAgain`
   * it may yet.
   */
  failed?(error: AlloError, trackId: number): void;
}

/** Which tracks are meant. `carriers`: the entities that carry one, ours left out, each with the number of its track. */
export type TrackChooser = (carriers: ReadonlyMap<string, number>) => Iterable<number>;

/** Tracks that are chosen anew whenever what there is changes. */
export interface Following {
  /** Chooses anew now: something else the choice depends on has changed. */
  reconsider(): void;
  stop(): void;
}

interface Listening {
  readonly choose: TrackChooser;
  readonly listener: TrackListener;
  meant: ReadonlySet<number>;
}

/** A track asked of the place, to be asked of it no second time: that would double every packet. */
interface Subscription {
  /** Who said that they carry it when it was asked for. */
  readonly carriers: ReadonlySet<string>;
  refused: boolean;
}

/** Entities that carry a track, kept in mind: a place may say any number of them. */
export const MOST_CARRIERS = 4_000;

/** Tracks are chosen anew no sooner than this after the last time, ms: who carries them may change with every state. */
export const CHOOSING_PAUSE = 500;

/**
 * The tracks of others that somebody here listens to. Where the place sends a track only to those who subscribed,
 * it is subscribed to once, as soon as the world has an entity that carries it, for as long as somebody listens.
 */
export class IncomingTracks {
  readonly #listening: Observers<Listening>;
  readonly #carriers = new Map<string, number>();
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #isOwn: (entityId: string) => boolean;
  readonly #world: World;
  /** Whether there were more carriers than are kept in mind. */
  #overlooked = false;
  #place: TrackPlace | undefined;
  /** Whether the world is what this place says, and not what the one before did. */
  #worldIsPresent = false;
  readonly #time: Time;
  #reviewedAt = Number.NEGATIVE_INFINITY;
  #cancelReview: Cancel | undefined;

  constructor(time: Time, world: World, isOwn: (entityId: string) => boolean, failed: ObserverFailed) {
    this.#time = time;
    this.#world = world;
    this.#isOwn = isOwn;
    this.#listening = new Observers(failed);
    world.observe({
      componentAdded: ({ id }, name, value) => this.#carries(id, name, value),
      componentChanged: ({ id }, name, value) => this.#carries(id, name, value),
      componentRemoved: ({ id }, name) => this.#carries(id, name, undefined),
    });
  }

  /** Entities that say they carry a track, and its number; ours too. */
  get carriers(): ReadonlyMap<string, number> {
    return this.#carriers;
  }

  /** Hears one track by its number, in every place that has it. Returns the way to stop. */
  listen(trackId: number, listener: TrackListener): () => void {
    return this.follow(() => [trackId], listener).stop;
  }

  /** Hears the tracks that `choose` names: now, after rejoining, and whenever an entity begins or ceases to carry one. */
  follow(choose: TrackChooser, listener: TrackListener): Following {
    const listening: Listening = { choose, listener, meant: new Set() };
    const forget = this.#listening.add(listening);
    this.#review();
    return {
      reconsider: () => this.#review(),
      stop: () => {
        forget();
        this.#review();
      },
    };
  }

  receive({ trackId, payload }: MediaPacket, arrivedAtMs: number): void {
    this.#listening.tell(({ meant, listener }) => {
      if (meant.has(trackId)) listener.packet(payload, arrivedAtMs, trackId);
    });
  }

  enter(place: TrackPlace): void {
    this.#place = place;
    this.#review();
  }

  /** The world shows what the place says: from now on what is in it can be asked for. */
  worldShown(): void {
    if (this.#worldIsPresent) return;
    this.#worldIsPresent = true;
    this.#review();
  }

  leave(): void {
    this.#place = undefined;
    this.#worldIsPresent = false;
    this.#subscriptions.clear();
    this.#cancelReview?.();
    this.#cancelReview = undefined;
    this.#reviewedAt = Number.NEGATIVE_INFINITY;
  }

  #carries(entityId: string, component: string, value: unknown): void {
    if (component !== 'live_media') return;
    this.#note(entityId, value);
    this.#reviewSoon();
  }

  #note(entityId: string, value: unknown): void {
    const trackId = isObject(value) ? trackIn(value) : undefined;
    if (trackId === undefined) this.#carriers.delete(entityId);
    else if (this.#carriers.has(entityId) || this.#carriers.size < MOST_CARRIERS)
      this.#carriers.set(entityId, trackId);
    else this.#overlooked = true;
  }

  /** Whoever was overlooked in a crowd, now that it is less of one. */
  #lookAgain(): void {
    if (!this.#overlooked || this.#carriers.size >= MOST_CARRIERS) return;
    this.#overlooked = false;
    for (const { id, components } of this.#world.entities.values())
      if (components.live_media !== undefined) this.#note(id, components.live_media);
  }

  /** Once for all that one state of the world changes, and for those that follow too soon. */
  #reviewSoon(): void {
    if (this.#cancelReview) return;
    const sinceLast = this.#time.now() - this.#reviewedAt;
    this.#cancelReview = this.#time.after(Math.max(0, CHOOSING_PAUSE - sinceLast), () => {
      this.#reviewedAt = this.#time.now();
      this.#review();
    });
  }

  #review(): void {
    this.#cancelReview?.();
    this.#cancelReview = undefined;
    this.#lookAgain();
    const carriers = new Map([...this.#carriers].filter(([entityId]) => !this.#isOwn(entityId)));
    const wanted = new Set<number>();
    this.#listening.tell((listening) => {
      listening.meant = new Set(listening.choose(carriers));
      for (const trackId of listening.meant) wanted.add(trackId);
    });
    const place = this.#place;
    if (!place || !this.#worldIsPresent || place.dialect.mediaTo !== 'subscribers') return;
    const carried = byTrack(carriers);
    for (const [trackId, { carriers: then, refused }] of this.#subscriptions) {
      const now = carried.get(trackId);
      // It may have been somebody who does not carry it whom the place did not believe.
      const isAnother = refused && now !== undefined && !isSame(then, now);
      if (!wanted.has(trackId) || !now || isAnother) this.#unsubscribe(trackId, place);
    }
    for (const trackId of wanted) {
      const by = carried.get(trackId);
      if (by && !this.#subscriptions.has(trackId)) void this.#subscribe(trackId, by, place);
    }
  }

  async #subscribe(trackId: number, carriers: ReadonlySet<string>, place: TrackPlace): Promise<void> {
    const subscription: Subscription = { carriers, refused: false };
    this.#subscriptions.set(trackId, subscription);
    const error = await place
      .ask(place.avatarId, mediaTrackBody(trackId, 'subscribe'))
      .then(refusalIn, refusalBy);
    if (!error || this.#subscriptions.get(trackId) !== subscription) return;
    if (isAskedAgain(error)) this.#askAgain(trackId);
    else subscription.refused = true;
    this.#listening.tell(({ meant, listener }) => {
      if (meant.has(trackId)) listener.failed?.(error, trackId);
    });
  }

  #askAgain(trackId: number): void {
    this.#subscriptions.delete(trackId);
    this.#reviewedAt = this.#time.now();
    this.#reviewSoon();
  }

  #unsubscribe(trackId: number, place: TrackPlace): void {
    const { refused } = this.#subscriptions.get(trackId)!;
    this.#subscriptions.delete(trackId);
    if (refused) return;
    // There is nothing to do about a place that does not take it: it is not listened to any more.
    place.ask(place.avatarId, mediaTrackBody(trackId, 'unsubscribe')).catch(() => {});
  }
}

/** Whether a track is asked for again after a failure: the place never heard of it. */
export function isAskedAgain({ code }: AlloError): boolean {
  return code === 'ALLO_E_SEND_CONGESTED' || code === 'ALLO_E_REQUEST_LIMIT';
}

function byTrack(carriers: ReadonlyMap<string, number>): Map<number, Set<string>> {
  const tracks = new Map<number, Set<string>>();
  for (const [entityId, trackId] of carriers) {
    const known = tracks.get(trackId);
    if (known) known.add(entityId);
    else tracks.set(trackId, new Set([entityId]));
  }
  return tracks;
}

function isSame(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return some.size === others.size && [...some].every((one) => others.has(one));
}

/** A place that does not know the request, and says so or nothing at all, sends every track to everyone. */
function refusalIn(answer: Body): AlloError | undefined {
  if (answer[0] !== 'media_track' || !isFailure(answer)) return undefined;
  return new AlloError('ALLO_E_TRACK_REFUSED', failureReason(answer));
}

function refusalBy(error: unknown): AlloError | undefined {
  if (!(error instanceof AlloError))
    return new AlloError('ALLO_E_TRACK_REFUSED', 'it could not be asked for');
  return error.code === 'ALLO_E_REQUEST_TIMEOUT' ? undefined : error;
}
