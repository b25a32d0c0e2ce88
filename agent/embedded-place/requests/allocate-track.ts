import { isObject, type Json, type JsonObject } from '../../wire/json.ts';
import type { Manners } from '../../wire/manners.ts';
import { failed } from '../answers.ts';
import type { RequestHandler } from './request.ts';

const NAME = 'allocate_track';

/**
 * `["allocate_track", "audio", 48000, 1, "opus"]` or `["allocate_track", "audio", "opus", {"sample_rate",
 * "channel_count", "channel_layout"}]` → `["allocate_track", "ok", id]`. The entity it is sent from carries the
 * track, and gets the `live_media` component that says so.
 */
export const allocateTrack: RequestHandler = ({ from, arguments: wish }, { world, entities, dialect }) => {
  const { tracks } = dialect.manners;
  const media = readers[tracks.wish](wish);
  if (!media) return failed(NAME, 'only audio at 48000 Hz, mono, as opus is supported');
  const entity = world.entity(from);
  if (!entity) return failed(NAME, 'no such entity');
  const track = entities.allocateTrack(entity, media, tracks.replaced);
  return typeof track === 'string' ? failed(NAME, track) : [NAME, 'ok', track];
};

/** What `live_media` says of the track that is wished for, beside its number. */
const readers: Record<Manners['tracks']['wish'], (wish: readonly Json[]) => JsonObject | undefined> = {
  positional: ([type, sampleRate, channels, format]) =>
    type === 'audio' && sampleRate === 48_000 && channels === 1 && format === 'opus'
      ? { sample_rate: sampleRate, channel_count: channels, format }
      : undefined,
  verbatim: ([type, format, metadata]) =>
    typeof type === 'string' ? { type, format: format ?? null, metadata: metadata ?? null } : undefined,
  either: ([type, ...rest]) => {
    const [rate, channels, format] = typeof rest[0] === 'string' ? described(rest) : rest;
    if (type !== 'audio' || format !== 'opus' || typeof rate !== 'number' || typeof channels !== 'number')
      return undefined;
    const metadata = { sample_rate: rate, channel_layout: 'mono' };
    return { type, format, sample_rate: rate, channel_count: channels, metadata };
  },
};

/** `"opus", {"sample_rate", "channel_count"}` in the order of the other form. */
function described([format, metadata]: readonly Json[]): readonly (Json | undefined)[] {
  if (!isObject(metadata)) return [];
  return [metadata.sample_rate, metadata.channel_count ?? 1, format];
}
