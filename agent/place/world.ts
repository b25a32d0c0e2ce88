import { isObject, type Json } from '../wire/json.ts';
import type { Components } from '../wire/place-requests.ts';
import { type ObserverFailed, Observers } from './observers.ts';
import { EntityMap } from './state/entity-map.ts';
import { jsonEqual } from './state/json-equal.ts';

/** Something in the place, as the place last described it. Never changed: a change makes a new one. */
export interface Entity {
  readonly id: string;
  readonly components: Components;
}

/** What happens in the world. Everything that changed is already in `World.entities` when it is told. */
export interface WorldObserver {
  entityAdded?(entity: Entity): void;
  /** `names`: the components added, changed or removed. */
  entityChanged?(entity: Entity, names: readonly string[], before: Entity): void;
  entityRemoved?(entity: Entity): void;
  /** Also told for each component of an entity that was added. */
  componentAdded?(entity: Entity, name: string, value: Json): void;
  componentChanged?(entity: Entity, name: string, value: Json, before: Json): void;
  /** Also told for each component of an entity that was removed. */
  componentRemoved?(entity: Entity, name: string, before: Json): void;
}

/**
 * The entities of the place. After the place was lost they stay as they were last seen, until the first state
 * after rejoining says what really changed.
 */
export class World {
  readonly #entities = new Map<string, Entity>();
  readonly #observers: Observers<WorldObserver>;
  #seen = EntityMap.empty;
  #revision: number | undefined;

  constructor(failed: ObserverFailed) {
    this.#observers = new Observers(failed);
  }

  /** By id; live. */
  get entities(): ReadonlyMap<string, Entity> {
    return this.#entities;
  }

  /** The revision of the place's state that `entities` shows; undefined before the first. */
  get revision(): number | undefined {
    return this.#revision;
  }

  /** Returns the way to stop observing. What is already there is not told again. */
  observe(observer: WorldObserver): () => void {
    return this.#observers.add(observer);
  }

  /** Shows another revision, and tells what differs. Costs what differs. */
  show(entities: EntityMap, revision: number): void {
    const ids = this.#seen === entities ? [] : entities.differences(this.#seen);
    this.#seen = entities;
    this.#revision = revision;
    const told = ids.flatMap((id) => this.#update(id, entityOf(id, entities.get(id))) ?? []);
    for (const tell of told) this.#observers.tell(tell);
  }

  #update(id: string, after: Entity | undefined): ((observer: WorldObserver) => void) | undefined {
    const before = this.#entities.get(id);
    if (!after) {
      this.#entities.delete(id);
      return before && ((observer) => tellRemoved(observer, before));
    }
    if (!before) {
      this.#entities.set(id, after);
      return (observer) => tellAdded(observer, after);
    }
    const names = changedNames(before.components, after.components);
    if (names.length === 0) return undefined;
    this.#entities.set(id, after);
    return (observer) => tellChanged(observer, after, names, before);
  }
}

/** Undefined for what is no entity: the place sent something else under that id. */
function entityOf(id: string, value: Json | undefined): Entity | undefined {
  if (!isObject(value)) return undefined;
  return { id, components: isObject(value.components) ? value.components : {} };
}

function changedNames(before: Components, after: Components): string[] {
  if (before === after) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !jsonEqual(component(before, name), component(after, name)));
}

function component(components: Components, name: string): Json | undefined {
  return Object.hasOwn(components, name) ? components[name] : undefined;
}

function tellAdded(observer: WorldObserver, entity: Entity): void {
  observer.entityAdded?.(entity);
  for (const [name, value] of Object.entries(entity.components))
    observer.componentAdded?.(entity, name, value);
}

function tellRemoved(observer: WorldObserver, entity: Entity): void {
  for (const [name, value] of Object.entries(entity.components))
    observer.componentRemoved?.(entity, name, value);
  observer.entityRemoved?.(entity);
}

function tellChanged(
  observer: WorldObserver,
  entity: Entity,
  names: readonly string[],
  before: Entity,
): void {
  observer.entityChanged?.(entity, names, before);
  for (const name of names) {
    const was = component(before.components, name);
    const is = component(entity.components, name);
    if (is === undefined) observer.componentRemoved?.(entity, name, was!);
    else if (was === undefined) observer.componentAdded?.(entity, name, is);
    else observer.componentChanged?.(entity, name, is, was);
  }
}
