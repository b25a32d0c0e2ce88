import { lineage, writtenOn } from '../../place/scene.ts';
import type { Entity } from '../../place/world.ts';
import { isObject, type Json, type JsonObject } from '../../wire/json.ts';

/** A property of an appliance, as its `property` component tells. */
export interface SeenProperty {
  /** `grow_light.on` */
  readonly key: string;
  readonly thing: string;
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly writable: boolean;
  readonly simulated: boolean;
  readonly value: Json | undefined;
  /** Seconds of the place's clock. */
  readonly time: number | undefined;
  readonly quality: string | undefined;
  /** Who is asked about it: an entity of its own, or the avatar of the appliance. */
  readonly entityId: string;
  /** What requests about it begin with, after their name: its key where the avatar is asked, else nothing. */
  readonly address: readonly string[];
  readonly appliance: Root;
}

/** An entity without a parent, which other entities hang on: an avatar, mostly. */
export interface Root {
  readonly entityId: string;
  /** What is written on it, else its id. */
  readonly name: string;
}

/** A track that an entity of the world says it carries. */
export interface SeenTrack {
  readonly id: number;
  readonly entityId: string;
  readonly root: Root;
}

/** What a visitor finds in a world. */
export interface Survey {
  /** Ordered by appliance, then by key. */
  readonly properties: readonly SeenProperty[];
  readonly tracks: readonly SeenTrack[];
  /** Every entity without a parent, but not the place itself. */
  readonly roots: readonly Root[];
}

type Entities = ReadonlyMap<string, Entity>;

/** `described`: properties that no entity stands for, as appliances told of them. */
export function survey(entities: Entities, described: readonly SeenProperty[] = []): Survey {
  const properties: SeenProperty[] = [...described];
  const tracks: SeenTrack[] = [];
  const roots: Root[] = [];
  for (const entity of entities.values()) {
    const root = rootOf(entity, entities);
    const property = propertyIn(entity, root);
    if (property) properties.push(property);
    const track = trackIn(entity);
    if (track !== undefined) tracks.push({ id: track, entityId: entity.id, root });
    if (root.entityId === entity.id && entity.id !== 'place') roots.push(root);
  }
  return {
    properties: properties.sort((a, b) => order(a.appliance, b.appliance) || a.key.localeCompare(b.key)),
    tracks: tracks.sort((a, b) => a.id - b.id),
    roots: roots.sort(order),
  };
}

/** The property an entity stands for, if any. */
export function propertyIn(entity: Entity, appliance: Root): SeenProperty | undefined {
  const { property } = entity.components;
  if (!isObject(property)) return undefined;
  const { thing, name, value } = property;
  if (typeof thing !== 'string' || typeof name !== 'string') return undefined;
  const key = `${thing}.${name}`;
  return {
    key,
    thing,
    name,
    title: textOf(property, 'title') ?? key,
    type: textOf(property, 'type') ?? 'unknown',
    unit: textOf(property, 'unit'),
    writable: property.writable === true,
    simulated: property.simulated === true,
    value,
    time: typeof property.time === 'number' ? property.time : undefined,
    quality: textOf(property, 'quality'),
    entityId: entity.id,
    address: [],
    appliance,
  };
}

/** The topmost entity that one hangs on. */
export function rootOf(entity: Entity, entities: Entities): Root {
  const top = lineage(entity, entities).at(-1)!;
  return { entityId: top.id, name: writtenOn(top) ?? top.id };
}

function trackIn({ components }: Entity): number | undefined {
  const { live_media: media } = components;
  return isObject(media) && typeof media.track_id === 'number' ? media.track_id : undefined;
}

function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

function order(a: Root, b: Root): number {
  return a.name.localeCompare(b.name) || a.entityId.localeCompare(b.entityId);
}
