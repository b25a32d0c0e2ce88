import { isObject, type Json } from '../wire/json.ts';
import type { Entity } from './world.ts';

type Entities = ReadonlyMap<string, Entity>;

/** Metres: x, y, z, right-handed, y up. */
export type Position = readonly [number, number, number];

/** Entities above one another that are followed; what hangs deeper is nonsense, or meant to cost time. */
const DEEPEST = 24;

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

/** Where in the place the entity's origin is; undefined where one of its transforms is no matrix of finite numbers. */
export function positionOf(entity: Entity, entities: Entities): Position | undefined {
  let position: Position = [0, 0, 0];
  for (const { components } of lineage(entity, entities)) {
    if (components.transform === undefined) continue;
    const matrix = matrixOf(components.transform);
    if (!matrix) return undefined;
    position = transformed(matrix, position);
  }
  return position.every(Number.isFinite) ? position : undefined;
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

/** Column-major, as the wire has it. */
function transformed(m: readonly number[], [x, y, z]: Position): Position {
  const row = (n: number) => m[n]! * x + m[n + 4]! * y + m[n + 8]! * z + m[n + 12]!;
  return [row(0), row(1), row(2)];
}
