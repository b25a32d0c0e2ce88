import { distance, inherited, type Position, positionsIn, writtenOn } from '../place/scene.ts';
import type { Entity } from '../place/world.ts';

/** Tracks played at once. */
export const MOST_PLAYED = 4;
/** Who is played stays so until they are this much farther than who comes instead, or than `within`. */
const LOYALTY = 1.2;

/** A track that is to be played. */
export interface ChosenTrack {
  readonly trackId: number;
  readonly entityId: string;
  /** Factor of its loudness. */
  readonly gain: number;
}

/** What a choice is made of. */
export interface Surroundings {
  readonly entities: ReadonlyMap<string, Entity>;
  /** Entities of others that carry a track, and its number. */
  readonly carriers: ReadonlyMap<string, number>;
  /** Where we are; undefined while that is not known. */
  readonly here: Position | undefined;
  /** Whether a track is played at the moment. */
  readonly isPlayed: (trackId: number) => boolean;
}

/** Whose tracks are played: no track twice, and at most `MOST_PLAYED`. */
export type Choose = (surroundings: Surroundings) => readonly ChosenTrack[];

/** `play` and `within` of the configuration. */
export function choiceOf(play: string, within: number): Choose {
  if (play === 'nobody') return () => [];
  if (play === 'near') return (surroundings) => chooseNear(surroundings, within);
  return (surroundings) => chooseNamed(surroundings, play);
}

/** Everyone near, the nearest first; at the edge half as loud as beside us. */
function chooseNear({ entities, carriers, here, isPlayed }: Surroundings, within: number): ChosenTrack[] {
  if (!here) return [];
  const positionOf = positionsIn(entities);
  const near: (ChosenTrack & { readonly reach: number })[] = [];
  for (const [entityId, trackId] of carriers) {
    const entity = entities.get(entityId);
    const position = entity && positionOf(entity);
    if (!position) continue;
    const metres = distance(here, position);
    const reach = isPlayed(trackId) ? metres / LOYALTY : metres;
    if (reach <= within) near.push({ trackId, entityId, gain: 1 / (1 + metres / within), reach });
  }
  return distinct(near.sort((one, other) => one.reach - other.reach));
}

/** Who goes by the name that is written on the entity, or on what it hangs on, or by an id. */
function chooseNamed({ entities, carriers }: Surroundings, name: string): ChosenTrack[] {
  const isNamed = inherited<boolean>(
    entities,
    (entity, above = false) => above || entity.id === name || writtenOn(entity) === name,
  );
  const named: ChosenTrack[] = [];
  for (const [entityId, trackId] of carriers) {
    const entity = entities.get(entityId);
    if (String(trackId) === name || (entity && isNamed(entity))) named.push({ trackId, entityId, gain: 1 });
  }
  return distinct(named);
}

/** The first of each track, and no more than may be played. */
function distinct(tracks: readonly ChosenTrack[]): ChosenTrack[] {
  const chosen = new Map<number, ChosenTrack>();
  for (const track of tracks) {
    if (chosen.size === MOST_PLAYED) break;
    if (!chosen.has(track.trackId)) chosen.set(track.trackId, track);
  }
  return [...chosen.values()];
}
