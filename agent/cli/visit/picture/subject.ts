import { AlloError } from '../../../errors.ts';
import { appliancesIn, findRoot, namesOf } from '../find.ts';
import type { Root, Survey } from '../survey.ts';

/**
 * Whom to picture: who has this name or id, else the only appliance there is. Throws ALLO_E_VISIT_UNKNOWN or
 * ALLO_E_VISIT_AMBIGUOUS, listing who is there.
 */
export function findSubject(world: Survey, name: string | undefined): Root {
  if (name !== undefined) return findRoot(world, name);
  const appliances = appliancesIn(world);
  const [appliance] = appliances;
  if (appliance && appliances.length === 1) return appliance;
  if (appliance)
    throw new AlloError(
      'ALLO_E_VISIT_AMBIGUOUS',
      `there are ${appliances.length} appliances here: name one with --of; there is ${namesOf(appliances)}`,
    );
  throw new AlloError(
    'ALLO_E_VISIT_UNKNOWN',
    `there is no appliance here; to picture somebody else, name them with --of: there is ${namesOf(world.roots)}`,
  );
}

/** Whether every property that has an entity of its own on the subject shows what it knows. */
export function isComplete({ properties }: Survey, { entityId }: Root): boolean {
  return properties
    .filter(({ appliance, entityId: own }) => appliance.entityId === entityId && own !== entityId)
    .every(({ value, quality }) => value !== undefined || quality !== undefined);
}
