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
 * Waits until nothing is added to what stands in the place. False where something still was after ten seconds, or
 * when the visit was interrupted.
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
      if (now >= until || signal.aborted) return false;
      await sleep(time, Math.min(calmAt, until) - now, signal);
    }
    return true;
  } finally {
    stop();
  }
}
