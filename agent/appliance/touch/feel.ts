import type { PlaceSession } from '../../place/session.ts';
import type { Touches } from './touches.ts';

/** Has `touches` told of hands: what they say, and when they or the rows they touch are gone. Returns the way to stop. */
export function feel(session: PlaceSession, touches: Touches): () => void {
  const { world, entities, counters } = session;
  const undo = [
    session.onOneWay(({ from, to, body }) => {
      const understood = touches.hear({ from, to: entities.key(to), body });
      if (!understood) counters.count('ALLO_E_INTERACTION_UNHEARD');
    }),
    world.observe({ entityRemoved: ({ id }) => touches.gone(id) }),
    entities.observe({ gone: (key) => touches.rowGone(key) }),
  ];
  return () => {
    for (const stop of undo) stop();
    touches.stop();
  };
}
