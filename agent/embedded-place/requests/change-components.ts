import { isObject, type Json } from '../../wire/json.ts';
import { failed } from '../answers.ts';
import type { RequestHandler } from './request.ts';

const NAME = 'change_components';

/**
 * `["change_components", id, "add_or_change", {components}, "remove", [names]]` → `["change_components", "ok"]`.
 * Either part may be missing.
 */
export const changeComponents: RequestHandler = (request, place) => {
  const { world, entities, refusals, dialect } = place;
  const [id, ...parts] = request.arguments;
  const changes = partNamed('add_or_change', parts) ?? {};
  const removals = partNamed('remove', parts) ?? [];
  if (typeof id !== 'string' || !isObject(changes) || !isNames(removals)) return refusals.invalid(NAME);
  const entity = world.entity(id);
  const { missingEntity, entitiesProtected } = dialect.manners;
  if (!entity) {
    if (missingEntity.change === 'lethal')
      place.crash(request.agent, 'change_components of an entity that is not there');
    return refusals.unchangeable(NAME, 'missing');
  }
  if (entitiesProtected && entity.owner !== request.agent.owner)
    return refusals.unchangeable(NAME, 'foreign');
  const refused = entities.change(entity, changes, removals);
  return refused === undefined ? [NAME, 'ok'] : failed(NAME, refused);
};

/** The argument after the one that says `name`. */
function partNamed(name: string, parts: readonly Json[]): Json | undefined {
  if (parts[0] === name) return parts[1];
  return parts[2] === name ? parts[3] : undefined;
}

function isNames(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
