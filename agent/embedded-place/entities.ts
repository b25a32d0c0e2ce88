import { isObject, type Json, type JsonObject } from '../wire/json.ts';
import type { Manners } from '../wire/manners.ts';
import { PLACE } from '../wire/place-requests.ts';
import { admitComponent, type Component, sizeOfComponent } from './component.ts';
import type { Limits } from './limits.ts';
import { randomId } from './random-id.ts';
import type { Tracks } from './tracks.ts';
import { ENTITY_SIZE, type Entity, type Owner, THE_PLACE, type World } from './world.ts';

/** A component only the place itself gives, where tracks have to be allocated. */
const MADE_BY_THE_PLACE = 'live_media';

const DEFAULTS: Readonly<Record<Manners['completes'][number], JsonObject>> = {
  transform: { transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] } },
  parent: { relationships: { parent: null } },
};

interface PlannedEntity {
  readonly id: string;
  readonly components: Map<string, Component>;
}

/** What agents do to the world: within limits, whole or not at all, and with tracks and children in step. */
export class Entities {
  readonly #world: World;
  readonly #tracks: Tracks;
  readonly #limits: Limits;

  readonly #manners: Manners;

  constructor(world: World, tracks: Tracks, limits: Limits, manners: Manners) {
    this.#world = world;
    this.#tracks = tracks;
    this.#limits = limits;
    this.#manners = manners;
  }

  /** The entity that stands for the place itself. */
  spawnPlace(): void {
    const { transform } = this.#completed({});
    const components = transform === undefined ? {} : { transform };
    const admitted = this.#admit(components);
    if (typeof admitted !== 'string') this.#world.spawn(PLACE, THE_PLACE, admitted);
  }

  /**
   * Spawns an entity with its `children`; returns it, or the reason why there is none, for people.
   * `may` is asked whether so many may be spawned now.
   */
  spawn(owner: Owner, description: JsonObject, may: (count: number) => boolean): Entity | string {
    const plan: PlannedEntity[] = [];
    const refused = this.#plan(description, undefined, plan, this.#world.ownedBy(owner).size);
    if (refused !== undefined) return refused;
    const added = plan.reduce((sum, { components }) => sum + ENTITY_SIZE + sizeOf(components.values()), 0);
    const full = this.#full(owner, added);
    if (full !== undefined) return full;
    if (!may(plan.length)) return 'too many entities at once; try again later';
    for (const { id, components } of plan) this.#world.spawn(id, owner, components);
    return this.#world.entity(plan[0]!.id)!;
  }

  /** Changes all components or, where the reason for people is returned, none. */
  change(entity: Entity, changes: JsonObject, removals: readonly string[]): string | undefined {
    const admitted = this.#admit(changes);
    if (typeof admitted === 'string') return admitted;
    const after = new Map([...entity.components, ...admitted]);
    for (const name of removals) after.delete(name);
    if (after.size > this.#limits.componentsPerEntity)
      return `an entity may have ${this.#limits.componentsPerEntity} components`;
    const full = this.#full(entity.owner, sizeOf(after.values()) - sizeOf(entity.components.values()));
    if (full !== undefined) return full;
    for (const [name, component] of admitted) this.#world.setComponent(entity.id, name, component);
    for (const name of removals) {
      if (name === MADE_BY_THE_PLACE) this.#tracks.release(entity.id);
      this.#world.removeComponent(entity.id, name);
    }
    return undefined;
  }

  /** Gives an entity another transform, unless there is no room to write it down. */
  move(entity: Entity, matrix: readonly number[]): void {
    const value = { matrix };
    const size = sizeOfComponent('transform', value);
    const added = size - (entity.components.get('transform')?.size ?? 0);
    if (this.#full(entity.owner, added) === undefined)
      this.#world.setComponent(entity.id, 'transform', { value, size });
  }

  /** Removes an entity; its children go with it (`cascade`), as far as one agent owns them all, or stay. */
  remove(entity: Entity, children: 'cascade' | 'reparent'): void {
    this.#removeAll(children === 'cascade' ? this.#descent(entity) : new Set([entity.id]));
  }

  removeOwnedBy(owner: Owner): void {
    this.#removeAll(new Set(this.#world.ownedBy(owner)));
  }

  /**
   * Gives an entity a track of its own, and the `live_media` component that says so; returns the reason, for
   * people, if it cannot. `replace`: instead of the one it may have.
   */
  allocateTrack(entity: Entity, media: JsonObject, replace: boolean): number | string {
    const held = this.#tracks.of(entity.id);
    if (held !== undefined && !replace) return 'only one track allowed per entity';
    if (held === undefined && this.#tracks.countOf(entity.owner) >= this.#limits.tracksPerAgent)
      return `an agent may have ${this.#limits.tracksPerAgent} tracks`;
    const admit = (track_id: number) => this.#admitOne(MADE_BY_THE_PLACE, { track_id, ...media });
    const largest = admit(0xffff_ffff);
    if (typeof largest === 'string') return largest;
    const full = this.#full(entity.owner, largest.size);
    if (full !== undefined) return full;
    this.#tracks.release(entity.id);
    const id = this.#tracks.allocate(entity.owner, entity.id);
    const component = admit(id);
    if (typeof component !== 'string') this.#world.setComponent(entity.id, MADE_BY_THE_PLACE, component);
    return id;
  }

  #plan(
    description: JsonObject,
    parent: string | undefined,
    plan: PlannedEntity[],
    owned: number,
  ): string | undefined {
    if (owned + plan.length >= this.#limits.entitiesPerAgent)
      return `an agent may have ${this.#limits.entitiesPerAgent} entities`;
    const { children = [], ...own } = description;
    const given = this.#completed(parent === undefined ? own : { ...own, relationships: { parent } });
    const components = this.#admit(given);
    if (typeof components === 'string') return components;
    if (components.size > this.#limits.componentsPerEntity)
      return `an entity may have ${this.#limits.componentsPerEntity} components`;
    if (!Array.isArray(children)) return 'children is not a list';
    const id = newEntityId(this.#world);
    plan.push({ id, components });
    for (const child of children) {
      if (!isObject(child)) return 'a child is not an object of components';
      const refused = this.#plan(child, id, plan, owned);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  /** With what places of this kind give to those that have none. */
  #completed(components: JsonObject): JsonObject {
    const missing = this.#manners.completes.map((what) => DEFAULTS[what]);
    return Object.assign({}, ...missing, components);
  }

  #admit(components: JsonObject): Map<string, Component> | string {
    const admitted = new Map<string, Component>();
    for (const [name, value] of Object.entries(components)) {
      if (name === MADE_BY_THE_PLACE && this.#manners.requests.includes('allocate_track'))
        return `${name} comes from allocate_track`;
      const component = this.#admitOne(name, value);
      if (typeof component === 'string') return component;
      admitted.set(name, component);
    }
    return admitted;
  }

  #admitOne(name: string, value: Json): Component | string {
    return admitComponent(name, value, this.#limits.componentSize, this.#manners.keepsNulls);
  }

  #full(owner: Owner, added: number): string | undefined {
    if (added <= 0) return undefined;
    if (this.#world.sizeOf(owner) + added > this.#limits.agentSize)
      return `the entities of an agent may hold ${this.#limits.agentSize} bytes`;
    return this.#world.size + added > this.#limits.worldSize ? 'the place is full' : undefined;
  }

  /** An entity and everything below it that belongs to the same agent. */
  #descent(entity: Entity): Set<string> {
    const found = new Set([entity.id]);
    for (const id of found)
      for (const child of this.#world.childrenOf(id))
        if (this.#world.entity(child)?.owner === entity.owner) found.add(child);
    return found;
  }

  #removeAll(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      for (const child of [...this.#world.childrenOf(id)])
        if (!ids.has(child)) this.#world.removeComponent(child, 'relationships');
      this.#tracks.release(id);
      this.#world.remove(id);
    }
  }
}

function sizeOf(components: Iterable<Component>): number {
  let size = 0;
  for (const component of components) size += component.size;
  return size;
}

function newEntityId(world: World): string {
  for (;;) {
    const id = randomId(10);
    if (!world.entity(id)) return id;
  }
}
