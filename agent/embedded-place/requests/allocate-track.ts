import { failed } from '../answers.ts';
import type { RequestHandler } from './request.ts';

/**
 * `["allocate_track", "audio", 48000, 1, "opus"]` → `["allocate_track", "ok", id]`. The entity it is sent from
 * carries the track, and gets the `live_media` component that says so.
 */
export const allocateTrack: RequestHandler = ({ from, arguments: wish }, { world, entities }) => {
  const [media, sampleRate, channels, format] = wish;
  if (media !== 'audio' || sampleRate !== 48_000 || channels !== 1 || format !== 'opus')
    return failed('allocate_track', 'only audio at 48000 Hz, mono, as opus is supported');
  const entity = world.entity(from);
  if (!entity) return failed('allocate_track', 'no such entity');
  const track = entities.allocateTrack(entity);
  return typeof track === 'string' ? failed('allocate_track', track) : ['allocate_track', 'ok', track];
};
