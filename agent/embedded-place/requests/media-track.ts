import { failed, Refusal } from '../answers.ts';
import type { RequestHandler } from './request.ts';

const NAME = 'media_track';

/**
 * `["media_track", id, "subscribe" | "unsubscribe"]` → `["media_track", "ok", id]`. Who subscribes twice is sent
 * every packet twice.
 */
export const mediaTrack: RequestHandler = ({ agent, arguments: [id, verb] }, { tracks, limits }) => {
  if (id === undefined || verb === undefined) return refused('missing id or verb');
  if (typeof id !== 'number' || tracks.ownerOf(id) === undefined) return refused('invalid track id');
  if (verb === 'unsubscribe') tracks.unsubscribe(id, agent.owner);
  else if (verb !== 'subscribe') return refused('incorrect verb');
  else if (tracks.subscriptionsOf(agent.owner) >= limits.subscriptionsPerAgent)
    return failed(NAME, `an agent may have ${limits.subscriptionsPerAgent} subscriptions`);
  else tracks.subscribe(id, agent.owner);
  return [NAME, 'ok', id];
};

function refused(why: string): Refusal {
  return new Refusal('ALLO_E_AGENT_REQUEST', [NAME, 'failed', why]);
}
