import type { Body } from '../../wire/interaction.ts';
import type { Manners } from '../../wire/manners.ts';
import { Refusal } from '../answers.ts';
import type { RequestHandler } from './request.ts';

const NAME = 'remove_entity';

/** `["remove_entity", id, "cascade" | "reparent"]` → `["remove_entity", "ok" | "failed"]` */
export const removeEntity: RequestHandler = (request, { world, entities, agents, refusals, dialect }) => {
  const [id, children = 'cascade'] = request.arguments;
  const { missingEntity, entitiesProtected, reparents } = dialect.manners;
  if (typeof id !== 'string' || (children !== 'cascade' && children !== 'reparent'))
    return refusals.invalid(NAME);
  const entity = world.entity(id);
  if (!entity) return refused(missingEntity.remove, 'no such entity');
  if (entitiesProtected && entity.owner !== request.agent.owner) return refusals.forbidden(NAME);
  const owner = agents.get(entity.owner);
  if (!owner || id === owner.announced?.avatarId)
    return refused(missingEntity.remove, 'an avatar leaves with its agent');
  entities.remove(entity, reparents ? children : 'cascade');
  return [NAME, 'ok'];
};

function refused(how: Manners['missingEntity']['remove'], why: string): Refusal {
  const answers: Record<typeof how, Body> = {
    explained: [NAME, 'failed', why],
    failed: [NAME, 'failed'],
    ok: [NAME, 'ok'],
  };
  return new Refusal('ALLO_E_AGENT_REQUEST', answers[how]);
}
