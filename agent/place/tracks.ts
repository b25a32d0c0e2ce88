import { AlloError } from '../errors.ts';
import type { Time } from '../time/time.ts';
import type { MediaPacket } from '../wire/media.ts';
import { type Following, IncomingTracks, type TrackChooser, type TrackListener } from './incoming-tracks.ts';
import { type ObserverFailed, Observers } from './observers.ts';
import { OutgoingTrack } from './outgoing-track.ts';
import type { OwnEntities } from './own-entities.ts';
import { requestTrack, type TrackPlace } from './track-request.ts';
import type { World } from './world.ts';

export type { Following, TrackChooser, TrackListener } from './incoming-tracks.ts';

/** One media packet of somebody's track. `arrivedAtMs`: local monotonic milliseconds. */
export type MediaHandler = (trackId: number, payload: Uint8Array, arrivedAtMs: number) => void;

/** Numbers of tracks have 32 bits. */
const LARGEST_NUMBER = 0xffff_ffff;

export interface TracksOptions {
  readonly time: Time;
  readonly entities: OwnEntities;
  readonly world: World;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly failed: ObserverFailed;
}

/** Sound and other media, both ways. Outgoing tracks are known by the key of the entity that carries them. */
export class Tracks {
  readonly #outgoing = new Map<string, OutgoingTrack>();
  /** Numbers chosen during this stay, where the place gives none out. */
  readonly #chosen = new Set<number>();
  readonly #incoming: IncomingTracks;
  readonly #handlers: Observers<MediaHandler>;
  readonly #entities: OwnEntities;
  readonly #random: () => number;
  readonly #failed: ObserverFailed;
  #place: TrackPlace | undefined;

  constructor({ time, entities, world, random, failed }: TracksOptions) {
    this.#entities = entities;
    this.#random = random;
    this.#failed = failed;
    this.#handlers = new Observers(failed);
    this.#incoming = new IncomingTracks(time, world, (id) => entities.key(id) !== undefined, failed);
  }

  /** The track the entity `key` sends on; asked for whenever that entity is in a place. */
  outgoing(key: string): OutgoingTrack {
    const known = this.#outgoing.get(key);
    if (known) return known;
    const track = new OutgoingTrack(key, this.#failed);
    this.#outgoing.set(key, track);
    const id = this.#entities.id(key);
    if (id !== undefined) this.entitySpawned(key, id);
    return track;
  }

  /** Hears every packet that arrives, but asks the place for none. Returns the way to stop. */
  onPacket(handler: MediaHandler): () => void {
    return this.#handlers.add(handler);
  }

  /**
   * Hears one track by its number, as long as some entity carries it; asks the place for it where it must be asked.
   * After rejoining the number may be another's: `follow` goes by what carries it. Returns the way to stop.
   */
  listen(trackId: number, listener: TrackListener): () => void {
    return this.#incoming.listen(trackId, listener);
  }

  /** Hears the tracks that `choose` names: now, after rejoining, and whenever an entity begins or ceases to carry one. */
  follow(choose: TrackChooser, listener: TrackListener): Following {
    return this.#incoming.follow(choose, listener);
  }

  // What follows is between this and the session.

  enter(place: TrackPlace): void {
    this.#place = place;
    this.#incoming.enter(place);
    for (const { key } of this.#outgoing.values()) {
      const id = this.#entities.id(key);
      if (id !== undefined) this.entitySpawned(key, id);
    }
  }

  leave(): void {
    this.#place = undefined;
    this.#chosen.clear();
    this.#incoming.leave();
    for (const track of this.#outgoing.values()) track.wait();
  }

  /** The world shows what the place says, and no longer what the one before did. */
  worldShown(): void {
    this.#incoming.worldShown();
  }

  entitySpawned(key: string, entityId: string): void {
    const track = this.#outgoing.get(key);
    if (track && this.#place) void this.#request(track, entityId, this.#place);
  }

  entityGone(key: string): void {
    this.#outgoing.get(key)?.wait();
  }

  receive(packet: MediaPacket, arrivedAtMs: number): void {
    this.#handlers.tell((handler) => handler(packet.trackId, packet.payload, arrivedAtMs));
    this.#incoming.receive(packet, arrivedAtMs);
  }

  async #request(track: OutgoingTrack, entityId: string, place: TrackPlace): Promise<void> {
    const take = (verdict: number | AlloError) => {
      if (this.#place !== place || this.#entities.id(track.key) !== entityId) return;
      if (verdict instanceof AlloError) track.fail(verdict);
      else track.allocate(verdict, (payload) => place.sendMedia({ trackId: verdict, payload }));
    };
    // A place at work may grant it after it was given up: then it is there, and no place gives an entity another.
    const request = { place, entityId, freeNumber: () => this.#freeNumber(), late: take };
    take(await requestTrack(request).catch(failureOf));
  }

  /** The number of no track that is known, from a random one on. */
  #freeNumber(): number {
    const taken = new Set([...this.#incoming.carriers.values(), ...this.#chosen]);
    let number = Math.floor(this.#random() * LARGEST_NUMBER);
    do number = (number % LARGEST_NUMBER) + 1;
    while (taken.has(number));
    this.#chosen.add(number);
    return number;
  }
}

function failureOf(error: unknown): AlloError {
  if (error instanceof AlloError) return error;
  return new AlloError('ALLO_E_TRACK_REFUSED', 'the place gave no answer that says why');
}
