import type { PlaceSession } from '../../place/session.ts';
import type { Entity } from '../../place/world.ts';
import { isObject, type Json, type JsonObject } from '../../wire/json.ts';
import { isFailure, PLACE } from '../../wire/place-requests.ts';
import type { ToldReading } from './reading.ts';
import { type Root, rootOf, type SeenProperty } from './survey.ts';

/** Agents asked at one time; visors never answer, and there may be many. */
const mostAsked = 64;

type Entities = ReadonlyMap<string, Entity>;

/**
 * What appliances told of themselves, in places where agents have no entities but their avatar: nothing in the world
 * shows their properties there, so their avatars are asked (`describe`).
 */
export class Acquaintances {
  readonly #session: PlaceSession;
  /** What each avatar described; empty for who gave no answer. */
  readonly #things = new Map<string, readonly JsonObject[]>();
  /** What each avatar told of its properties since, by their keys. */
  readonly #readings = new Map<string, Map<string, ToldReading>>();

  constructor(session: PlaceSession) {
    this.#session = session;
  }

  /** Asks every avatar that was not asked yet. Takes `timeout` ms at the most, and never rejects. */
  async meetEveryone(timeout: number): Promise<void> {
    const { dialect, world, status } = this.#session;
    if (dialect === undefined || dialect.spawns) return;
    for (const id of this.#things.keys()) if (!world.entities.has(id)) this.#forget(id);
    const strangers = [...world.entities.keys()].filter(
      (id) => id !== PLACE && id !== status.avatarId && !this.#things.has(id),
    );
    await Promise.all(strangers.slice(0, mostAsked).map((id) => this.#meet(id, timeout)));
  }

  /** The properties of those who are still here. */
  properties(entities: Entities): SeenProperty[] {
    return [...this.#things].flatMap(([id, things]) => {
      const entity = entities.get(id);
      if (!entity) return [];
      const readings = this.#readings.get(id);
      const appliance = rootOf(entity, entities);
      return things
        .flatMap((thing) => propertiesOf(thing, appliance))
        .map((property) => withReading(property, readings?.get(property.key)));
    });
  }

  /** Keeps the newest reading of a property; the property as it is now. */
  learn(property: SeenProperty, reading: ToldReading): SeenProperty {
    const { entityId, key } = property;
    if (this.#things.has(entityId)) {
      const readings = this.#readings.get(entityId) ?? new Map<string, ToldReading>();
      this.#readings.set(entityId, readings.set(key, reading));
    }
    return withReading(property, reading);
  }

  #forget(id: string): void {
    this.#things.delete(id);
    this.#readings.delete(id);
  }

  async #meet(id: string, timeout: number): Promise<void> {
    const answer = await this.#session.request(id, ['describe'], { timeout }).catch(() => undefined);
    const things = answer && !isFailure(answer) ? answer[2] : undefined;
    this.#things.set(id, Array.isArray(things) ? (things as readonly Json[]).filter(isObject) : []);
  }
}

function withReading(property: SeenProperty, reading: ToldReading | undefined): SeenProperty {
  if (!reading) return property;
  const { value, time, quality } = reading;
  return { ...property, value, time, quality };
}

/** The properties of a W3C Thing Description; whatever is not one has none. */
function propertiesOf({ id, description, properties }: JsonObject, appliance: Root): SeenProperty[] {
  const [, thing] = (typeof id === 'string' && /^urn:allo-agent:(.+)$/.exec(id)) || [];
  if (thing === undefined || !isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, affordance]) => {
    if (!isObject(affordance)) return [];
    const { title, type, unit, readOnly } = affordance;
    const key = `${thing}.${name}`;
    return {
      key,
      thing,
      name,
      title: typeof title === 'string' ? title : key,
      type: typeof type === 'string' ? type : 'unknown',
      unit: typeof unit === 'string' ? unit : undefined,
      writable: readOnly !== true,
      simulated: typeof description === 'string' && description.startsWith('Simulated'),
      value: undefined,
      time: undefined,
      quality: undefined,
      entityId: appliance.entityId,
      address: [key],
      appliance,
    };
  });
}
