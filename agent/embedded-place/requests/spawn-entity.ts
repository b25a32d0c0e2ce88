import { isObject, type JsonObject } from '../../wire/json.ts';
import { failed } from '../answers.ts';
import type { RequestHandler } from './request.ts';

const NAME = 'spawn_entity';

/** `["spawn_entity", {components, "children": [...]}]` → `["spawn_entity", id]` */
export const spawnEntity: RequestHandler = (
  { agent, arguments: [description] },
  { entities, refusals, dialect },
) => {
  if (!isObject(description)) return refusals.invalid(NAME);
  const loose = dialect.manners.unwrapsComponents ? unwrapped(description) : description;
  const entity = entities.spawn(agent.owner, loose, (count) => agent.spawns.take(count));
  return typeof entity === 'string' ? failed(NAME, entity) : [NAME, entity.id];
};

/** `{"components": {...}, "children"}` as loose components. */
function unwrapped({ components, ...rest }: JsonObject): JsonObject {
  if (components === undefined) return rest;
  return isObject(components) ? { ...components, ...rest } : { ...rest, components };
}
