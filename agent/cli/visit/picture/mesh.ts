import { isObject, type Json } from '../../../wire/json.ts';
import { type Point, type Pose, posed } from './pose.ts';

/** A triangle as seen from the front: three corners x, y, counter-clockwise, metres. */
export type Triangle = readonly [x1: number, y1: number, x2: number, y2: number, x3: number, y3: number];

/** Triangles at one depth. */
export interface Layer {
  /** Mean z of each of them, metres; more is nearer to who looks. */
  readonly depth: number;
  readonly triangles: readonly Triangle[];
}

export interface Mesh {
  readonly layers: readonly Layer[];
  /** Triangles that are none: corners that are not there, coordinates that are no numbers. */
  readonly malformed: number;
  readonly shortened: boolean;
}

/** What is nearer together than this is at one depth, metres. */
const DEPTH_STEP = 0.0001;

/**
 * What there is to see from the front of a `geometry` component of type `inline`, of at most `most` triangles of it.
 * As in visors, what turns its back is not drawn. Undefined where it has no lists of vertices and triangles.
 */
export function readMesh(geometry: Json, pose: Pose, most: number): Mesh | undefined {
  if (!isObject(geometry)) return undefined;
  const { vertices, triangles } = geometry;
  if (!Array.isArray(vertices) || !Array.isArray(triangles)) return undefined;
  const layers = new Map<number, Triangle[]>();
  let malformed = 0;
  for (const triangle of triangles.slice(0, most) as Json[]) {
    const corners = cornersOf(triangle, vertices as Json[], pose);
    if (!corners) {
      malformed++;
      continue;
    }
    const [[x1, y1, z1], [x2, y2, z2], [x3, y3, z3]] = corners;
    const seen = (x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1);
    if (!(seen > 0)) continue;
    const depth = Math.round((z1 + z2 + z3) / 3 / DEPTH_STEP) * DEPTH_STEP;
    const layer = layers.get(depth) ?? [];
    layer.push([x1, y1, x2, y2, x3, y3]);
    layers.set(depth, layer);
  }
  return {
    layers: [...layers].map(([depth, triangles]) => ({ depth, triangles })),
    malformed,
    shortened: triangles.length > most,
  };
}

function cornersOf(triangle: Json, vertices: readonly Json[], pose: Pose) {
  if (!Array.isArray(triangle) || triangle.length !== 3) return undefined;
  const [a, b, c] = triangle.map((index) => pointOf(vertices[index as number], pose));
  return a && b && c && ([a, b, c] as const);
}

function pointOf(vertex: Json | undefined, pose: Pose): Point | undefined {
  if (!Array.isArray(vertex)) return undefined;
  const [x, y, z] = vertex as Json[];
  if (typeof x !== 'number' || typeof y !== 'number' || typeof z !== 'number') return undefined;
  const point = posed(pose, [x, y, z]);
  return point.every(Number.isFinite) ? point : undefined;
}
