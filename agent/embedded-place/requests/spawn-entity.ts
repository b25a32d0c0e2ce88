import { isObject } from '../../wire/json.ts';
import { failed, invalid } from '../answers.ts';
import type { RequestHandler } from './request.ts';

/** `["spawn_entity", {components, "children": [...]}]` → `["spawn_entity", id]` */
export const spawnEntity: RequestHandler = ({ agent, arguments: [description] }, { entities }) => {
  if (!isObject(description)) return invalid('spawn_entity');
  const entity = entities.spawn(agent.owner, description, (count) => agent.spawns.take(count));
  return typeof entity === 'string' ? failed('spawn_entity', entity) : ['spawn_entity', entity.id];
};
