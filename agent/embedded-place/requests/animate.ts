import { Refusal } from '../answers.ts';
import type { Entity } from '../world.ts';
import type { PlaceRequest, PlaceRooms, RequestHandler } from './request.ts';

const ADD = 'add_property_animation';
const REMOVE = 'remove_property_animation';

/**
 * `["add_property_animation", {"path", "from", "to", "start_at", "duration", "easing"}]` →
 * `["add_property_animation", "ok", id]`: animates a number in a component of the entity it is sent from.
 */
export const addPropertyAnimation: RequestHandler = (request, place) => {
  const entity = animated(request, place);
  const id = entity && place.animations.add(entity, request.arguments[0]);
  return id === undefined ? refused(ADD, 'invalid argument') : [ADD, 'ok', id];
};

/** `["remove_property_animation", id]` → `["remove_property_animation", "ok", id]`; the number stays as it is. */
export const removePropertyAnimation: RequestHandler = (request, place) => {
  const entity = animated(request, place);
  const [id] = request.arguments;
  if (typeof id !== 'string') return refused(REMOVE, 'missing animation ID');
  return entity && place.animations.remove(entity, id)
    ? [REMOVE, 'ok', id]
    : refused(REMOVE, "can't remove that animation because it doesn't exist");
};

/** The entity that asks, which places take to be there. */
function animated({ agent, from }: PlaceRequest, { world, crash }: PlaceRooms): Entity | undefined {
  const entity = world.entity(from);
  if (!entity) crash(agent, 'an animation of an entity that is not there');
  return entity;
}

function refused(name: string, why: string): Refusal {
  return new Refusal('ALLO_E_AGENT_REQUEST', [name, 'failed', why]);
}
