import { isObject, type Json } from '../wire/json.ts';
import type { Entity } from './world.ts';

type Entities = ReadonlyMap<string, Entity>;

/** Metres: x, y, z, right-handed, y up. */
export type Position = readonly [number, number, number];

/** Entities above one another that are followed; what hangs deeper is nonsense, or meant to cost time. */
const DEEPEST = 24;

const identity: readonly number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** The entity and all it hangs on, the topmost last; ends where the world says nonsense. */
export function lineage(entity: Entity, entities: Entities): readonly Entity[] {
  const line = [entity];
  for (let top = entity; line.length < DEEPEST; ) {
    const parent = parentOf(top);
    const above = parent === undefined ? undefined : entities.get(parent);
    if (!above || line.includes(above)) break;
    line.push(above);
    top = above;
  }
  return line;
}

/** The first line of what is written on the entity, which on an avatar is its name. */
export function writtenOn({ components: { text } }: Entity): string | undefined {
  const written = isObject(text) ? text.string : undefined;
  return typeof written === 'string' ? written.split('\n', 1)[0] : undefined;
}

/**
 * What an entity is by itself and by what it hangs on, worked out once for each that is asked for, and for all that is
 * above it: a whole crowd may hang from one another. What hangs in a circle is taken for a top where it closes.
 */
export function inherited<T>(
  entities: Entities,
  work: (entity: Entity, above: T | undefined) => T,
): (entity: Entity) => T {
  const known = new Map<Entity, T | undefined>();
  return (entity) => {
    const line: Entity[] = [];
    let next: Entity | undefined = entity;
    while (next && !known.has(next)) {
      known.set(next, undefined);
      line.push(next);
      const parent = parentOf(next);
      next = parent === undefined ? undefined : entities.get(parent);
    }
    let value = next && known.get(next);
    for (const one of line.reverse()) {
      value = work(one, value);
      known.set(one, value);
    }
    return value as T;
  };
}

/**
 * Where in the place the origins of entities are, as long as these are as they are; undefined where one of the
 * transforms is no matrix of finite numbers.
 */
export function positionsIn(entities: Entities): (entity: Entity) => Position | undefined {
  const poseOf = inherited<readonly number[] | 'nowhere'>(entities, ({ components }, above = identity) => {
    if (above === 'nowhere' || components.transform === undefined) return above;
    const matrix = matrixOf(components.transform);
    return matrix ? multiply(above, matrix) : 'nowhere';
  });
  return (entity) => {
    const pose = poseOf(entity);
    if (pose === 'nowhere') return undefined;
    const position = [pose[12]!, pose[13]!, pose[14]!] as const;
    return position.every(Number.isFinite) ? position : undefined;
  };
}

export function positionOf(entity: Entity, entities: Entities): Position | undefined {
  return positionsIn(entities)(entity);
}

/** Metres between two points. */
export function distance([ax, ay, az]: Position, [bx, by, bz]: Position): number {
  return Math.hypot(ax - bx, ay - by, az - bz);
}

function parentOf({ components: { relationships } }: Entity): string | undefined {
  const parent = isObject(relationships) ? relationships.parent : undefined;
  return typeof parent === 'string' ? parent : undefined;
}

/** The 16 numbers of a `transform` component, column-major; undefined where it has no such matrix. */
export function matrixOf(transform: Json): readonly number[] | undefined {
  const matrix = isObject(transform) ? transform.matrix : undefined;
  if (!Array.isArray(matrix) || matrix.length !== 16) return undefined;
  return matrix.every((number) => typeof number === 'number') ? matrix : undefined;
}

/** What does `second` first, then `first`; column-major, as the wire has it, the bottom rows taken for 0 0 0 1. */
export function multiply(first: readonly number[], second: readonly number[]): readonly number[] {
  const product = [...identity];
  for (let column = 0; column < 16; column += 4)
    for (let row = 0; row < 3; row++) {
      const moved = column === 12 ? first[12 + row]! : 0;
      const turned =
        first[row]! * second[column]! +
        first[4 + row]! * second[column + 1]! +
        first[8 + row]! * second[column + 2]!;
      product[column + row] = turned + moved;
    }
  return product;
}
