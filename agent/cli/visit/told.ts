import { Observation } from './observation.ts';
import { readingIn, type ToldReading } from './reading.ts';
import type { SeenProperty } from './survey.ts';
import type { Visitor } from './visitor.ts';

/**
 * In places where nothing in the world shows what appliances offer, has them tell: each property is read once and
 * observed from then on, for as long as it lasts, and `visitor.survey` knows its values. Calls `told` with each.
 * Elsewhere it does nothing. Returns the way to stop.
 */
export function followTold(visitor: Visitor, told: (property: SeenProperty) => void): () => void {
  if (visitor.session.dialect?.spawns !== false) return () => {};
  const learn = (property: SeenProperty, reading: ToldReading) => told(visitor.learn(property, reading));
  const read = async (property: SeenProperty) => {
    const [answer] = await visitor.ask(property.entityId, ['read_property', ...property.address]);
    const reading = readingIn(answer);
    if (reading) learn(property, reading);
  };
  const observation = new Observation(visitor, () => true, {
    reading: learn,
    // Without a reading yet it has none to tell.
    observed: (property) => void read(property).catch(() => {}),
    refused: () => {},
  });
  observation.startPatiently();
  return () => observation.stop();
}
