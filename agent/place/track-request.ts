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

/** What tracks need of the stay in a place. */
export interface TrackPlace {
  readonly dialect: Dialect;
  readonly avatarId: string;
  /** Asks the place as one of our entities; resolves with the answer, even if it says no. */
  ask(from: string, body: Body): Promise<Body>;
  sendMedia(packet: MediaPacket): boolean;
}

type Request = (place: TrackPlace, entityId: string, freeNumber: () => number) => Promise<number>;

/** The number of a track that `entityId` is to carry; rejects with an AlloError. Each kind of place has its own way. */
const requests: Record<Dialect['trackRequest'], Request> = {
  positional: allocate,
  described: allocate,
  unasked: declare,
  none: async () => {
    throw new AlloError('ALLO_E_TRACK_NONE', 'places of this kind pass no sound on');
  },
};

/**
 * Gets a track for an entity of ours to send on. `freeNumber` is asked for one where the place gives none out.
 * Rejects with ALLO_E_TRACK_NONE, ALLO_E_TRACK_REFUSED, or as requests do.
 */
export async function requestTrack(
  place: TrackPlace,
  entityId: string,
  freeNumber: () => number,
): Promise<number> {
  return requests[place.dialect.trackRequest](place, entityId, freeNumber);
}

async function allocate(place: TrackPlace, entityId: string): Promise<number> {
  const answer = await place.ask(entityId, allocateTrackBody(place.dialect));
  const trackId = allocatedTrack(answer);
  if (trackId === undefined) throw new AlloError('ALLO_E_TRACK_REFUSED', failureReason(answer));
  return trackId;
}

/** Such a place passes on whatever number it finds; that the entity carries it, others learn from its component. */
async function declare(place: TrackPlace, entityId: string, freeNumber: () => number): Promise<number> {
  const trackId = freeNumber();
  const declaration = changeComponentsBody(entityId, { live_media: liveMediaOf(trackId) }, []);
  const answer = await place.ask(place.avatarId, declaration);
  if (isFailure(answer)) throw new AlloError('ALLO_E_TRACK_REFUSED', failureReason(answer));
  return trackId;
}
