import { isObject, type Json, type JsonObject } from '../wire/json.ts';
import type { Entities } from './entities.ts';
import { randomId } from './random-id.ts';
import type { Entity, World } from './world.ts';

/** The component that tells what is animated: `{"animations": {id: what was asked for}}`. */
const COMPONENT = 'property_animations';

interface Animation {
  readonly entityId: string;
  /** From the component's name down to the number. */
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Seconds of the place's clock. */
  readonly startAt: number;
  readonly seconds: number;
}

/** Numbers in components that change by themselves, evenly, from one value to another. */
export class Animations {
  readonly #world: World;
  readonly #entities: Entities;
  readonly #animations = new Map<string, Animation>();

  constructor(world: World, entities: Entities) {
    this.#world = world;
    this.#entities = entities;
  }

  /**
   * Returns its id, or nothing where it is not understood. What is understood, but animates no number that is
   * there, is listed and does nothing, as in places.
   */
  add(entity: Entity, wish: Json | undefined): string | undefined {
    if (!isObject(wish) || !['path', 'from', 'to'].every((key) => Object.hasOwn(wish, key))) return undefined;
    const id = randomId(8);
    if (!this.#tell(entity, { ...listed(entity), [id]: wish })) return undefined;
    const animation = understood(entity.id, wish);
    if (animation) this.#animations.set(id, animation);
    return id;
  }

  /** False where the entity has no such animation. */
  remove(entity: Entity, id: string): boolean {
    if (!Object.hasOwn(listed(entity), id)) return false;
    this.#end(entity, id);
    return true;
  }

  /** Sets every number to what it is at this time of the place's clock. */
  act(now: number): void {
    for (const [id, animation] of this.#animations) {
      const { entityId, path, from, to, startAt, seconds } = animation;
      const entity = this.#world.entity(entityId);
      if (!entity) this.#animations.delete(id);
      if (!entity || now < startAt) continue;
      const progress = Math.min(1, (now - startAt) / seconds);
      const [name = '', ...within] = path;
      const component = entity.components.get(name)?.value ?? null;
      const changed = replaced(component, within, from + (to - from) * progress);
      if (changed !== undefined) this.#entities.change(entity, { [name]: changed }, []);
      if (progress === 1) this.#end(entity, id);
    }
  }

  #end(entity: Entity, id: string): void {
    this.#animations.delete(id);
    const { [id]: _ended, ...others } = listed(entity);
    this.#tell(entity, others);
  }

  #tell(entity: Entity, animations: JsonObject): boolean {
    return this.#entities.change(entity, { [COMPONENT]: { animations } }, []) === undefined;
  }
}

function listed(entity: Entity): JsonObject {
  const component = entity.components.get(COMPONENT)?.value;
  return isObject(component) && isObject(component.animations) ? component.animations : {};
}

/** Places know many easings; here everything goes evenly. */
function understood(entityId: string, wish: JsonObject): Animation | undefined {
  const { path, from, to, start_at: startAt, duration: seconds } = wish;
  if (typeof path !== 'string' || typeof from !== 'number' || typeof to !== 'number') return undefined;
  if (typeof startAt !== 'number' || typeof seconds !== 'number' || seconds <= 0) return undefined;
  return { entityId, path: path.split('.'), from, to, startAt, seconds };
}

/** A copy with another number at the end of `path`, or nothing where no number stands there. */
function replaced(value: Json, path: readonly string[], number: number): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return typeof value === 'number' ? number : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const member = replaced((value as JsonObject)[key]!, rest, number);
  if (member === undefined) return undefined;
  if (isObject(value)) return { ...value, [key]: member };
  const copy = [...(value as readonly Json[])];
  copy[Number(key)] = member;
  return copy;
}
