import { AlloError } from '../errors.ts';
import type { Body } from '../wire/interaction.ts';
import type { MediaPacket } from '../wire/media.ts';
import { allocatedTrack, failureReason } from '../wire/place-requests.ts';
import { type ObserverFailed, Observers } from './observers.ts';
import { OutgoingTrack } from './outgoing-track.ts';

/** One media packet of somebody's track. `arrivedAtMs`: local monotonic milliseconds. */
export type MediaHandler = (trackId: number, payload: Uint8Array, arrivedAtMs: number) => void;

/** What tracks need of the stay in a place. */
export interface TrackPlace {
  /** Asks the place for a track, as the entity that is to carry it. */
  allocate(entityId: string): Promise<Body>;
  sendMedia(packet: MediaPacket): boolean;
}

/** Sound and other media, both ways. Outgoing tracks are known by the key of the entity that carries them. */
export class Tracks {
  readonly #outgoing = new Map<string, OutgoingTrack>();
  readonly #handlers: Observers<{ trackId: number | undefined; handler: MediaHandler }>;
  readonly #failed: ObserverFailed;
  readonly #idOf: (key: string) => string | undefined;
  #place: TrackPlace | undefined;

  constructor(idOf: (key: string) => string | undefined, failed: ObserverFailed) {
    this.#idOf = idOf;
    this.#failed = failed;
    this.#handlers = new Observers(failed);
  }

  /** The track the entity `key` sends on; asked for whenever that entity is in a place. */
  outgoing(key: string): OutgoingTrack {
    const known = this.#outgoing.get(key);
    if (known) return known;
    const track = new OutgoingTrack(key, this.#failed);
    this.#outgoing.set(key, track);
    const id = this.#idOf(key);
    if (id !== undefined) this.entitySpawned(key, id);
    return track;
  }

  /** Hears every packet that arrives. Returns the way to stop. */
  onPacket(handler: MediaHandler): () => void {
    return this.#handlers.add({ trackId: undefined, handler });
  }

  /** Hears the packets of one track. Returns the way to stop. */
  onTrack(trackId: number, handler: MediaHandler): () => void {
    return this.#handlers.add({ trackId, handler });
  }

  // What follows is between this and the session.

  enter(place: TrackPlace): void {
    this.#place = place;
  }

  leave(): void {
    this.#place = undefined;
    for (const track of this.#outgoing.values()) track.wait();
  }

  entitySpawned(key: string, entityId: string): void {
    const track = this.#outgoing.get(key);
    if (track && this.#place) void this.#allocate(track, entityId, this.#place);
  }

  entityGone(key: string): void {
    this.#outgoing.get(key)?.wait();
  }

  receive({ trackId, payload }: MediaPacket, arrivedAtMs: number): void {
    this.#handlers.tell((wanted) => {
      if (wanted.trackId === undefined || wanted.trackId === trackId)
        wanted.handler(trackId, payload, arrivedAtMs);
    });
  }

  async #allocate(track: OutgoingTrack, entityId: string, place: TrackPlace): Promise<void> {
    const verdict = await place.allocate(entityId).then(verdictOf, failureOf);
    if (this.#place !== place || this.#idOf(track.key) !== entityId) return;
    if (verdict instanceof AlloError) track.fail(verdict);
    else track.allocate(verdict, (payload) => place.sendMedia({ trackId: verdict, payload }));
  }
}

function verdictOf(answer: Body): number | AlloError {
  return allocatedTrack(answer) ?? new AlloError('ALLO_E_TRACK_REFUSED', failureReason(answer));
}

function failureOf(error: unknown): AlloError {
  if (error instanceof AlloError) return error;
  return new AlloError('ALLO_E_TRACK_REFUSED', 'the place gave no answer that says why');
}
