import { forbidden, invalid, Refusal } from '../answers.ts';
import type { RequestHandler } from './request.ts';

/** `["remove_entity", id, "cascade" | "reparent"]` → `["remove_entity", "ok" | "failed"]` */
export const removeEntity: RequestHandler = (request, { world, entities }) => {
  const [id, children = 'cascade'] = request.arguments;
  if (typeof id !== 'string' || (children !== 'cascade' && children !== 'reparent'))
    return invalid('remove_entity');
  const entity = world.entity(id);
  if (!entity) return new Refusal('ALLO_E_AGENT_REQUEST', ['remove_entity', 'failed', 'no such entity']);
  if (entity.owner !== request.agent.owner) return forbidden('remove_entity');
  if (id === request.agent.announced?.avatarId)
    return new Refusal('ALLO_E_AGENT_REQUEST', [
      'remove_entity',
      'failed',
      'an avatar leaves with its agent',
    ]);
  entities.remove(entity, children);
  return ['remove_entity', 'ok'];
};
