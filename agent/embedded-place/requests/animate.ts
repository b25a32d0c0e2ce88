import { Refusal } from '../answers.ts';
import type { RequestHandler } from './request.ts';

const ADD = 'add_property_animation';
const REMOVE = 'remove_property_animation';

/**
 * `["add_property_animation", {"path", "from", "to", "start_at", "duration", "easing"}]` →
 * `["add_property_animation", "ok", id]`: animates a number in a component of the entity it is sent from.
 */
export const addPropertyAnimation: RequestHandler = ({ from, arguments: [wish] }, { animations }) => {
  const id = animations.add(from, wish);
  return id === undefined ? refused(ADD) : [ADD, 'ok', id];
};

/** `["remove_property_animation", id]` → `["remove_property_animation", "ok", id]`; the number stays as it is. */
export const removePropertyAnimation: RequestHandler = ({ from, arguments: [id] }, { animations }) =>
  typeof id === 'string' && animations.remove(from, id) ? [REMOVE, 'ok', id] : refused(REMOVE);

function refused(name: string): Refusal {
  return new Refusal('ALLO_E_AGENT_REQUEST', [name, 'failed', 'invalid argument']);
}
