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

  /** Returns its id, or nothing where it is not understood or there is no such number. */
  add(entityId: string, wish: Json | undefined): string | undefined {
    const entity = this.#world.entity(entityId);
    if (!entity || !isObject(wish)) return undefined;
    const animation = understood(entity, wish);
    if (!animation) return undefined;
    const id = randomId(8);
    if (!this.#tell(entity, { ...listed(entity), [id]: wish })) return undefined;
    this.#animations.set(id, animation);
    return id;
  }

  /** False where the entity has no such animation. */
  remove(entityId: string, id: string): boolean {
    if (this.#animations.get(id)?.entityId !== entityId) return false;
    this.#end(id);
    return true;
  }

  /** Sets every number to what it is at this time of the place's clock. */
  act(now: number): void {
    for (const [id, animation] of this.#animations) {
      const { entityId, path, from, to, startAt, seconds } = animation;
      const entity = this.#world.entity(entityId);
      const progress = Math.min(1, Math.max(0, (now - startAt) / seconds));
      const [name, ...within] = path;
      const component = entity?.components.get(name!)?.value;
      const changed = component && replaced(component, within, from + (to - from) * progress);
      if (!entity || changed === undefined) this.#end(id);
      else if (now >= startAt) this.#entities.change(entity, { [name!]: changed }, []);
      if (progress === 1) this.#end(id);
    }
  }

  #end(id: string): void {
    const entity = this.#world.entity(this.#animations.get(id)?.entityId ?? '');
    this.#animations.delete(id);
    if (!entity) return;
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

function understood(entity: Entity, wish: JsonObject): Animation | undefined {
  const { path, from, to, start_at: startAt, duration, easing = 'linear', ...others } = wish;
  if (typeof path !== 'string' || typeof from !== 'number' || typeof to !== 'number') return undefined;
  if (typeof startAt !== 'number' || typeof duration !== 'number' || duration <= 0) return undefined;
  if (easing !== 'linear' || Object.keys(others).length > 0) return undefined;
  const [name = '', ...within] = path.split('.');
  const component = entity.components.get(name)?.value;
  if (component === undefined || replaced(component, within, from) === undefined) return undefined;
  return { entityId: entity.id, path: [name, ...within], from, to, startAt, seconds: duration };
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
