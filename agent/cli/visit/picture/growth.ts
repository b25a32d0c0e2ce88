import { AlloError } from '../../../errors.ts';
import { sleep } from '../../../place/sleep.ts';
import { type Root, rootOf } from '../survey.ts';
import type { Visitor } from '../visitor.ts';

/** Nothing was added for so long: that is all of it, ms. */
const calm = 1_000;

/** The same once something was: a place at work spawns with pauses, ms. */
const calmOfGrowing = 2_000;

/** What still grows is waited for no longer, ms. */
const patience = 10_000;

/**
 * Waits until nothing is added to what stands in the place. False where something still was after ten seconds. Rejects
 * with ALLO_E_VISIT_SILENT when the visit is interrupted.
 */
export async function grown({ session, time, signal }: Visitor, { entityId }: Root): Promise<boolean> {
  const { world } = session;
  const until = time.now() + patience;
  let calmAt = time.now() + calm;
  const stop = world.observe({
    entityAdded: (entity) => {
      if (rootOf(entity, world.entities).entityId === entityId) calmAt = time.now() + calmOfGrowing;
    },
  });
  try {
    for (let now = time.now(); now < calmAt; now = time.now()) {
      if (now >= until) return false;
      await sleep(time, Math.min(calmAt, until) - now, signal);
      if (signal.aborted)
        throw new AlloError('ALLO_E_VISIT_SILENT', 'interrupted before all of it was there');
    }
    return true;
  } finally {
    stop();
  }
}
