import { isObject, type Json } from '../../wire/json.ts';
import { failed, forbidden, invalid, Refusal } from '../answers.ts';
import type { RequestHandler } from './request.ts';

/**
 * `["change_components", id, "add_or_change", {components}, "remove", [names]]` → `["change_components", "ok"]`.
 * Either part may be missing. Only the owner of an entity may change it.
 */
export const changeComponents: RequestHandler = (request, { world, entities }) => {
  const [id, ...parts] = request.arguments;
  const changes = partNamed('add_or_change', parts) ?? {};
  const removals = partNamed('remove', parts) ?? [];
  if (typeof id !== 'string' || !isObject(changes) || !isNames(removals)) return invalid('change_components');
  const entity = world.entity(id);
  if (!entity) return new Refusal('ALLO_E_AGENT_REQUEST', ['change_components', 'error', 'no such entity']);
  if (entity.owner !== request.agent.owner) return forbidden('change_components');
  const refused = entities.change(entity, changes, removals);
  return refused === undefined ? ['change_components', 'ok'] : failed('change_components', refused);
};

/** The argument after the one that says `name`. */
function partNamed(name: string, parts: readonly Json[]): Json | undefined {
  if (parts[0] === name) return parts[1];
  return parts[2] === name ? parts[3] : undefined;
}

function isNames(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
