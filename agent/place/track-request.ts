import { AlloError } from '../errors.ts';
import type { Dialect } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';
import type { MediaPacket } from '../wire/media.ts';
import {
  allocatedTrack,
  allocateTrackBody,
  changeComponentsBody,
  failureReason,
  isFailure,
  liveMediaOf,
} from '../wire/place-requests.ts';
import type { LateAnswer } from './requests.ts';

/** What tracks need of the stay in a place. */
export interface TrackPlace {
  readonly dialect: Dialect;
  readonly avatarId: string;
  /**
   * Asks the place as one of our entities; resolves with the answer, even if it says no. `late` is told an answer that
   * comes after it was given up.
   */
  ask(from: string, body: Body, late?: LateAnswer): Promise<Body>;
  sendMedia(packet: MediaPacket): boolean;
}

export interface TrackRequest {
  readonly place: TrackPlace;
  /** Of the entity of ours that is to carry the track. */
  readonly entityId: string;
  /** Asked for a number where the place gives none out. */
  freeNumber(): number;
  /** Told the number where the place grants the track after all, once the request was given up. */
  late(trackId: number): void;
}

/** The number of the track; rejects with an AlloError. Each kind of place has its own way. */
const requests: Record<Dialect['trackRequest'], (request: TrackRequest) => Promise<number>> = {
  positional: allocate,
  described: allocate,
  unasked: declare,
  none: async () => {
    throw new AlloError('ALLO_E_TRACK_NONE', 'places of this kind pass no sound on');
  },
};

/**
 * Gets the number of a track for an entity of ours to send on. Rejects with ALLO_E_TRACK_NONE, ALLO_E_TRACK_REFUSED,
 * or as requests do.
 */
export async function requestTrack(request: TrackRequest): Promise<number> {
  return requests[request.place.dialect.trackRequest](request);
}

async function allocate({ place, entityId, late }: TrackRequest): Promise<number> {
  const answer = await place.ask(entityId, allocateTrackBody(place.dialect), (tooLate) => {
    const trackId = allocatedTrack(tooLate);
    if (trackId !== undefined) late(trackId);
  });
  const trackId = allocatedTrack(answer);
  if (trackId === undefined) throw new AlloError('ALLO_E_TRACK_REFUSED', failureReason(answer));
  return trackId;
}

/** Such a place passes on whatever number it finds; that the entity carries it, others learn from its component. */
async function declare({ place, entityId, freeNumber, late }: TrackRequest): Promise<number> {
  const trackId = freeNumber();
  const declaration = changeComponentsBody(entityId, { live_media: liveMediaOf(trackId) }, []);
  const answer = await place.ask(place.avatarId, declaration, (tooLate) => {
    if (!isFailure(tooLate)) late(trackId);
  });
  if (isFailure(answer)) throw new AlloError('ALLO_E_TRACK_REFUSED', failureReason(answer));
  return trackId;
}
