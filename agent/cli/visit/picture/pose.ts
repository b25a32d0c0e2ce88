import { lineage, matrixOf, multiply } from '../../../place/scene.ts';
import type { Entity } from '../../../place/world.ts';

/** Takes coordinates to others: 4×4, column-major, as the wire has it; its bottom row is taken for 0 0 0 1. */
export type Pose = readonly number[];

/** Metres: x, y, z, right-handed, y up. */
export type Point = readonly [number, number, number];

const IDENTITY: Pose = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * The entity as seen in the coordinates of another, which it is or hangs on. `nowhere` where a transform between them
 * is no matrix of finite numbers, undefined where it hangs on something else.
 */
export function poseWithin(
  entity: Entity,
  ancestor: string,
  entities: ReadonlyMap<string, Entity>,
): Pose | 'nowhere' | undefined {
  const line = lineage(entity, entities);
  const height = line.findIndex(({ id }) => id === ancestor);
  if (height < 0) return undefined;
  let pose = IDENTITY;
  for (const { components } of line.slice(0, height)) {
    if (components.transform === undefined) continue;
    const matrix = matrixOf(components.transform);
    if (!matrix) return 'nowhere';
    pose = multiply(matrix, pose);
  }
  return pose.every(Number.isFinite) ? pose : 'nowhere';
}

export function posed(m: Pose, [x, y, z]: Point): Point {
  const row = (n: number) => m[n]! * x + m[n + 4]! * y + m[n + 8]! * z + m[n + 12]!;
  return [row(0), row(1), row(2)];
}
