import type { Components } from '../../wire/place-requests.ts';

/** Triangles over corners, counted from nought, each counter-clockwise as seen from the side it is drawn on; metres. */
export interface Shape {
  readonly corners: readonly Point[];
  readonly triangles: readonly Point[];
}

type Point = readonly [number, number, number];

/** The component `geometry` of a shape, to a tenth of a millimetre. */
export function geometryOf({ corners, triangles }: Shape): Components {
  const vertices = corners.map((corner) => corner.map(toTenthOfMillimetre));
  return { type: 'inline', vertices, triangles: triangles.map((corner) => [...corner]) };
}

/** Several shapes as one. */
export function together(...shapes: readonly Shape[]): Shape {
  const corners: Point[] = [];
  const triangles: Point[] = [];
  for (const shape of shapes) {
    const first = corners.length;
    corners.push(...shape.corners);
    for (const [a, b, c] of shape.triangles) triangles.push([a + first, b + first, c + first]);
  }
  return { corners, triangles };
}

/** A rectangle that faces +Z, `x` and `y` its middle. */
export function rectangle(x: number, y: number, width: number, height: number, z = 0): Shape {
  const [w, h] = [width / 2, height / 2];
  return fan([
    [x - w, y - h, z],
    [x + w, y - h, z],
    [x + w, y + h, z],
    [x - w, y + h, z],
  ]);
}

/** A plate with round corners about the origin that faces +Z; each corner is `steps` edges. */
export function plate(width: number, height: number, radius: number, steps: number, z = 0): Shape {
  return fan(outline(width, height, radius, steps, z));
}

export function disc(x: number, y: number, radius: number, edges: number, z = 0): Shape {
  return fan(
    Array.from({ length: edges }, (_, n) => {
      const angle = (2 * Math.PI * n) / edges;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle), z] as const;
    }),
  );
}

/** A plate with sides and a back, about the origin. */
export function slab(width: number, height: number, radius: number, steps: number, depth: number): Shape {
  const front = outline(width, height, radius, steps, depth / 2);
  const back = outline(width, height, radius, steps, -depth / 2);
  const sides = front.map((corner, n) => {
    const next = (n + 1) % front.length;
    return fan([back[n]!, back[next]!, front[next]!, corner]);
  });
  return together(fan(front), fan([...back].reverse()), ...sides);
}

function outline(width: number, height: number, radius: number, steps: number, z: number): Point[] {
  const [x, y] = [width / 2 - radius, height / 2 - radius];
  const middles = [
    [x, y],
    [-x, y],
    [-x, -y],
    [x, -y],
  ] as const;
  return middles.flatMap(([middleX, middleY], quarter) =>
    Array.from({ length: steps + 1 }, (_, step) => {
      const angle = (Math.PI / 2) * (quarter + step / steps);
      return [middleX + radius * Math.cos(angle), middleY + radius * Math.sin(angle), z] as const;
    }),
  );
}

/** Corners of something convex, in order. */
function fan(corners: readonly Point[]): Shape {
  const triangles = corners.slice(2).map((_, n): Point => [0, n + 1, n + 2]);
  return { corners, triangles };
}

/** Without a negative nought, which would be one more letter on the wire. */
function toTenthOfMillimetre(metres: number): number {
  return Math.round(metres * 1e4) / 1e4 + 0;
}
