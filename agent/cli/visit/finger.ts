import type { Key } from '../../keys/key.ts';
import { type Position, positionOf } from '../../place/scene.ts';
import { sleep } from '../../place/sleep.ts';
import { command } from './command.ts';
import type { SeenProperty } from './survey.ts';
import type { Visitor } from './visitor.ts';

/** How often is said where the finger points, ms; visors do so ten times a second, and oftener while they press. */
const pointEvery = 50;

/** How long a press takes, ms. */
const holdFor = 150;

/** What a finger is held to. */
export interface Touched {
  readonly entityId: string;
  /** Undefined for an entity that stands for none. */
  readonly property: SeenProperty | undefined;
}

/**
 * Points, presses, lets go and goes away, as a hand in a visor does; letting go with proof of the key where there is
 * one. Resolves once both the press and its release were answered. Rejects as `Visitor.ask` does.
 */
export async function pokeOnce(
  visitor: Visitor,
  key: Key | undefined,
  { entityId, property }: Touched,
): Promise<void> {
  const address = property?.address ?? [];
  const goAway = pointAt(visitor, entityId, address);
  try {
    const pressed = visitor.ask(entityId, ['poke', ...address, true]);
    const released = sleep(visitor.time, holdFor, visitor.signal).then(() =>
      // What is no property of an appliance knows no keys.
      command(visitor, property && key, {
        to: entityId,
        body: ['poke', ...address, false],
        entity: property?.appliance.entityId ?? entityId,
        request: 'poke',
        target: property?.key ?? '',
        value: false,
      }),
    );
    await Promise.all([pressed, released]);
  } finally {
    goAway();
  }
}

/** Returns the way to point there no more. */
function pointAt({ session, time }: Visitor, entityId: string, address: readonly string[]): () => void {
  const { entities } = session.world;
  const placeOf = (id: string | undefined): Position => {
    const entity = id === undefined ? undefined : entities.get(id);
    return (entity && positionOf(entity, entities)) ?? [0, 0, 0];
  };
  let cancel = () => {};
  const point = () => {
    session.oneWay(entityId, ['point', ...address, placeOf(session.status.avatarId), placeOf(entityId)]);
    cancel = time.after(pointEvery, point);
  };
  point();
  return () => {
    cancel();
    session.oneWay(entityId, ['point-exit', ...address]);
  };
}
