import type { AlloError } from '../errors.ts';
import { type ObserverFailed, Observers } from './observers.ts';

/** `waiting`: for the place, or its answer. `failed`: the place said no; asked again after rejoining. */
export type TrackState = 'waiting' | 'allocated' | 'failed';

export interface TrackObserver {
  changed(track: OutgoingTrack): void;
}

/** A track we send on. It outlives the places it is allocated in. */
export class OutgoingTrack {
  /** Of the entity that carries it. */
  readonly key: string;
  readonly #observers: Observers<TrackObserver>;
  #state: TrackState = 'waiting';
  #trackId: number | undefined;
  #failure: AlloError | undefined;
  #send: ((payload: Uint8Array) => boolean) | undefined;

  constructor(key: string, failed: ObserverFailed) {
    this.key = key;
    this.#observers = new Observers(failed);
  }

  get state(): TrackState {
    return this.#state;
  }

  /** The number the place gave it, while it is allocated. */
  get trackId(): number | undefined {
    return this.#trackId;
  }

  /** Why it failed, while it is. */
  get failure(): AlloError | undefined {
    return this.#failure;
  }

  /** Sends one packet of the codec, unreliable. False where it was not sent: no track yet, too short, too much waiting. */
  send(payload: Uint8Array): boolean {
    return this.#send?.(payload) ?? false;
  }

  /** Returns the way to stop observing. */
  observe(observer: TrackObserver): () => void {
    return this.#observers.add(observer);
  }

  // What follows is between this and the session's tracks.

  wait(): void {
    if (this.#state !== 'waiting') this.#become('waiting');
  }

  allocate(trackId: number, send: (payload: Uint8Array) => boolean): void {
    this.#become('allocated', { trackId, send });
  }

  fail(failure: AlloError): void {
    this.#become('failed', { failure });
  }

  #become(
    state: TrackState,
    {
      trackId,
      send,
      failure,
    }: { trackId?: number; send?: (p: Uint8Array) => boolean; failure?: AlloError } = {},
  ): void {
    this.#state = state;
    this.#trackId = trackId;
    this.#send = send;
    this.#failure = failure;
    this.#observers.tell((observer) => observer.changed(this));
  }
}
