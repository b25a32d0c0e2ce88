import { isObject, type Json, type JsonObject } from '../wire/json.ts';
import { LAST_REVISION, type StatePacket } from '../wire/state.ts';
import type { Component } from './component.ts';
import { type EntityBefore, History } from './history.ts';
import { mergePatch } from './merge-patch.ts';

/** Who owns an entity: an agent's number, or `THE_PLACE`. */
export type Owner = number;
export const THE_PLACE: Owner = 0;

/** Revisions an agent may lag behind and still be sent a patch (protocol document, section 4). */
export const HISTORY_REVISIONS = 64;
/** Bytes of JSON around the components of an entity: its id, twice, and the rest. */
export const ENTITY_SIZE = 64;
const HISTORY_SIZE = 16 * 1024 * 1024;

export interface Entity {
  readonly id: string;
  readonly owner: Owner;
  readonly components: ReadonlyMap<string, Component>;
}

interface KeptEntity extends Entity {
  readonly components: Map<string, Component>;
}

/**
 * Everything in the place, in numbered revisions. Changes gather until `commit` makes them the next revision.
 * Describing the difference between two revisions costs what changed between them, not what the world holds.
 */
export class World {
  readonly #entities = new Map<string, KeptEntity>();
  readonly #owned = new Map<Owner, Set<string>>();
  readonly #children = new Map<string, Set<string>>();
  readonly #sizes = new Map<Owner, number>();
  #size = 0;
  readonly #history = new History(HISTORY_REVISIONS, HISTORY_SIZE);
  #revision: number;

  constructor(firstRevision = 1) {
    this.#revision = firstRevision;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Whether something changed since the last revision. */
  get changed(): boolean {
    return this.#history.touched;
  }

  /** Bytes of JSON that describe all of it. */
  get size(): number {
    return this.#size;
  }

  entity(id: string): Entity | undefined {
    return this.#entities.get(id);
  }

  ownedBy(owner: Owner): ReadonlySet<string> {
    return this.#owned.get(owner) ?? new Set();
  }

  /** Bytes of JSON that describe an owner's entities. */
  sizeOf(owner: Owner): number {
    return this.#sizes.get(owner) ?? 0;
  }

  /** Ids of the entities whose `relationships` component names this one as their parent. */
  childrenOf(id: string): ReadonlySet<string> {
    return this.#children.get(id) ?? new Set();
  }

  /** Adds an entity. An id must never have been used before. */
  spawn(id: string, owner: Owner, components: ReadonlyMap<string, Component>): void {
    this.#history.entityComes(id);
    this.#entities.set(id, { id, owner, components: new Map() });
    this.#resize(owner, ENTITY_SIZE);
    const owned = this.#owned.get(owner);
    if (owned) owned.add(id);
    else this.#owned.set(owner, new Set([id]));
    for (const [name, component] of components) this.setComponent(id, name, component);
  }

  setComponent(id: string, name: string, component: Component): void {
    this.#replace(id, name, component);
  }

  removeComponent(id: string, name: string): void {
    this.#replace(id, name, undefined);
  }

  /** Takes an entity out; its children are the caller's to move or remove. */
  remove(id: string): void {
    const entity = this.#entities.get(id);
    if (!entity) return;
    this.#history.entityGoes(id);
    this.#entities.delete(id);
    this.#adopt(id, parentIn(entity.components.get('relationships')), undefined);
    for (const { size } of entity.components.values()) this.#resize(entity.owner, -size);
    this.#resize(entity.owner, -ENTITY_SIZE);
    const owned = this.#owned.get(entity.owner);
    owned?.delete(id);
    if (owned?.size === 0) this.#owned.delete(entity.owner);
  }

  /** Makes what changed the next revision. They wrap to 0 before 2^53. */
  commit(): void {
    this.#history.close(this.#revision);
    this.#revision = this.#revision === LAST_REVISION ? 0 : this.#revision + 1;
  }

  /** The whole world, for an agent that holds nothing to patch. */
  whole(): StatePacket {
    const entities: Record<string, Json> = {};
    for (const entity of this.#entities.values()) entities[entity.id] = describe(entity);
    return { style: 'set', revision: this.#revision, entities };
  }

  /** Whether a patch can start at this revision. */
  remembers(revision: number): boolean {
    return this.#history.remembers(revision);
  }

  /** The merge patch (RFC 7396) from `base`, a revision the world remembers, to the present one. */
  patchFrom(base: number): StatePacket {
    const entities: Record<string, Json> = {};
    for (const [id, before] of this.#history.since(base)) {
      const change = this.#change(id, before);
      if (change !== undefined) entities[id] = change;
    }
    return { style: 'merge', revision: this.#revision, from: base, entities };
  }

  #change(id: string, before: EntityBefore): JsonObject | null | undefined {
    const entity = this.#entities.get(id);
    if (!entity) return before.existed ? null : undefined;
    if (!before.existed) return describe(entity);
    const components: Record<string, Json> = {};
    for (const [name, was] of before.components) {
      const is = entity.components.get(name)?.value;
      if (is === undefined) {
        if (was !== undefined) components[name] = null;
        continue;
      }
      const change = was === undefined ? is : mergePatch(was, is);
      if (change !== undefined) components[name] = change;
    }
    return { components };
  }

  #replace(id: string, name: string, component: Component | undefined): void {
    const entity = this.#entities.get(id);
    if (!entity) return;
    const before = entity.components.get(name);
    if (!before && !component) return;
    this.#history.componentChanges(id, name, before);
    if (component) entity.components.set(name, component);
    else entity.components.delete(name);
    this.#resize(entity.owner, (component?.size ?? 0) - (before?.size ?? 0));
    if (name === 'relationships') this.#adopt(id, parentIn(before), parentIn(component));
  }

  #resize(owner: Owner, by: number): void {
    this.#size += by;
    const size = this.sizeOf(owner) + by;
    if (size === 0) this.#sizes.delete(owner);
    else this.#sizes.set(owner, size);
  }

  #adopt(child: string, from: string | undefined, to: string | undefined): void {
    if (from !== undefined) {
      const siblings = this.#children.get(from);
      siblings?.delete(child);
      if (siblings?.size === 0) this.#children.delete(from);
    }
    if (to === undefined) return;
    const siblings = this.#children.get(to);
    if (siblings) siblings.add(child);
    else this.#children.set(to, new Set([child]));
  }
}

function describe(entity: Entity): JsonObject {
  const components: Record<string, Json> = {};
  for (const [name, { value }] of entity.components) components[name] = value;
  return { id: entity.id, components };
}

function parentIn(relationships: Component | undefined): string | undefined {
  const value = relationships?.value;
  return isObject(value) && typeof value.parent === 'string' ? value.parent : undefined;
}
