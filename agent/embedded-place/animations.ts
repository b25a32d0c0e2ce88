import { isObject, type Json, type JsonObject } from '../wire/json.ts';
import { COMPONENT_DEPTH } from './component.ts';
import type { Entities } from './entities.ts';
import type { Limits } from './limits.ts';
import { randomId } from './random-id.ts';
import type { Entity, Owner, World } from './world.ts';

/** The component that tells what is animated: `{"animations": {id: what was asked for}}`. */
const COMPONENT = 'property_animations';

interface Animation {
  readonly owner: Owner;
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
  readonly #mostPerAgent: number;
  readonly #animations = new Map<string, Animation>();

  constructor(world: World, entities: Entities, { animationsPerAgent }: Limits) {
    this.#world = world;
    this.#entities = entities;
    this.#mostPerAgent = animationsPerAgent;
  }

  /**
   * Returns its id, or nothing where it is not understood, or one too many. What is understood, but animates no
   * number that is there, is listed and does nothing, as in places.
   */
  add(entity: Entity, wish: Json | undefined): string | undefined {
    if (!isObject(wish) || !['path', 'from', 'to'].every((key) => Object.hasOwn(wish, key))) return undefined;
    const others = listed(entity);
    if (Math.max(Object.keys(others).length, this.#countOf(entity.owner)) >= this.#mostPerAgent)
      return undefined;
    const id = randomId(8);
    if (!this.#tell(entity, { ...others, [id]: wish })) return undefined;
    const animation = understood(entity, wish);
    if (animation) this.#animations.set(id, animation);
    return id;
  }

  /** False where the entity has no such animation. */
  remove(entity: Entity, id: string): boolean {
    if (!Object.hasOwn(listed(entity), id)) return false;
    this.#end(entity, [id]);
    return true;
  }

  /** Sets every number to what it is at this time of the place's clock. */
  act(now: number): void {
    const ended = new Map<Entity, string[]>();
    for (const [id, animation] of this.#animations) {
      const entity = this.#world.entity(animation.entityId);
      // The list may have been changed like any component.
      if (!entity || !Object.hasOwn(listed(entity), id)) this.#animations.delete(id);
      else if (now >= animation.startAt && this.#step(entity, animation, now))
        ended.set(entity, [...(ended.get(entity) ?? []), id]);
    }
    for (const [entity, ids] of ended) this.#end(entity, ids);
  }

  /** Returns whether that was its last. */
  #step(entity: Entity, { path, from, to, startAt, seconds }: Animation, now: number): boolean {
    const progress = Math.min(1, (now - startAt) / seconds);
    const [name = '', ...within] = path;
    const component = entity.components.get(name)?.value ?? null;
    const changed = replaced(component, within, from * (1 - progress) + to * progress);
    if (changed !== undefined) this.#entities.change(entity, { [name]: changed }, []);
    return progress === 1;
  }

  #end(entity: Entity, ids: readonly string[]): void {
    for (const id of ids) this.#animations.delete(id);
    const others = Object.entries(listed(entity)).filter(([id]) => !ids.includes(id));
    this.#tell(entity, Object.fromEntries(others));
  }

  #countOf(owner: Owner): number {
    let count = 0;
    for (const animation of this.#animations.values()) if (animation.owner === owner) count++;
    return count;
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
function understood({ id: entityId, owner }: Entity, wish: JsonObject): Animation | undefined {
  const { path, from, to, start_at: startAt, duration: seconds } = wish;
  if (typeof path !== 'string' || typeof from !== 'number' || typeof to !== 'number') return undefined;
  if (typeof startAt !== 'number' || typeof seconds !== 'number' || seconds <= 0) return undefined;
  // Nothing lies deeper than components may be nested.
  return { owner, entityId, path: path.split('.', COMPONENT_DEPTH + 2), from, to, startAt, seconds };
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
