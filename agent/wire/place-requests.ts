import type { Dialect } from './dialect.ts';
import type { Body } from './interaction.ts';
import type { Json, JsonObject } from './json.ts';

/*
 * Bodies of the requests an agent makes of the place itself (interactions to "place"), and what the answers
 * say. An answer reader returns undefined where the answer does not say what was asked for.
 */

/** What an entity is made of: component name to component. */
export type Components = JsonObject;

/** The place's own entity: who such requests go to. */
export const PLACE = 'place';

export interface Identity {
  readonly displayName: string;
}

export function announceBody(dialect: Dialect, identity: Identity, avatar: Components): Body {
  const { displayName } = identity;
  return [
    'announce',
    'version',
    dialect.announceVersion,
    'identity',
    { display_name: displayName },
    'spawn_avatar',
    avatar,
  ];
}

export function announced(answer: Body): { avatarId: string; placeName: string } | undefined {
  const [name, avatarId, placeName] = answer;
  if (name !== 'announce' || typeof avatarId !== 'string' || avatarId === '' || isFailure(answer))
    return undefined;
  return { avatarId, placeName: typeof placeName === 'string' ? placeName : '' };
}

/** Components lie loose in the request: the form with a `components` object corrupts deployed places. */
export function spawnEntityBody(components: Components): Body {
  return ['spawn_entity', components];
}

export function spawned(answer: Body): string | undefined {
  const [name, id] = answer;
  if (name !== 'spawn_entity' || typeof id !== 'string') return undefined;
  return id === '' || isFailure(answer) ? undefined : id;
}

export function removeEntityBody(id: string): Body {
  return ['remove_entity', id, 'cascade'];
}

export function changeComponentsBody(id: string, changes: Components, removals: readonly string[]): Body {
  return ['change_components', id, 'add_or_change', changes, 'remove', [...removals]];
}

/** A track of mono Opus at 48 kHz. */
export function allocateTrackBody(dialect: Dialect): Body {
  return dialect.trackRequest === 'positional'
    ? ['allocate_track', 'audio', 48_000, 1, 'opus']
    : ['allocate_track', 'audio', 'opus', { sample_rate: 48_000, channel_count: 1, channel_layout: 'mono' }];
}

export function allocatedTrack(answer: Body): number | undefined {
  const [name, ok, id] = answer;
  if (name !== 'allocate_track' || ok !== 'ok') return undefined;
  return isTrackId(id) ? id : undefined;
}

function isTrackId(id: Json | undefined): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= 0xffff_ffff;
}

/** Asks to be sent a track, or no longer, where the place sends one only to those who asked. */
export function mediaTrackBody(trackId: number, wish: 'subscribe' | 'unsubscribe'): Body {
  return ['media_track', trackId, wish];
}

/** The `live_media` component of an entity that carries a track, as places that give tracks out shape it. */
export function liveMediaOf(trackId: number): JsonObject {
  return {
    track_id: trackId,
    type: 'audio',
    format: 'opus',
    sample_rate: 48_000,
    channel_count: 1,
    metadata: { sample_rate: 48_000, channel_layout: 'mono' },
  };
}

/** The number of the track that a `live_media` component speaks of. */
export function trackIn({ track_id: trackId }: JsonObject): number | undefined {
  return isTrackId(trackId) ? trackId : undefined;
}

/** `["error", ...]`, `[name, "error", why]` and `[name, "failed", why]` all mean no. */
export function isFailure(answer: Body): boolean {
  return answer[0] === 'error' || answer[1] === 'error' || answer[1] === 'failed';
}

/** The reason in a failure, for people. */
export function failureReason(answer: Body): string {
  const [name, ...rest] = answer;
  const texts = rest.filter(
    (item: Json) => typeof item === 'string' && item !== 'error' && item !== 'failed',
  );
  return texts.length > 0 ? texts.join(' ') : `${name} was refused`;
}
