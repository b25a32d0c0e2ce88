import type { Components } from '../../wire/place-requests.ts';
import type { CurvePoint } from './curve.ts';

/** Corners of curves are whole numbers of this, metres: short on the wire, and fine enough for eyes. */
export const curveUnit = 0.0005;

/** Half of how thick the line is, in units. */
const halfLine = 2.2;
/** How far off the line a point may be and yet be left out, in units. */
const tolerance = 0.5;
/** A turn is drawn at most so far out, in half lines. */
const longestMitre = 2;

type Flat = readonly [number, number];

/**
 * The component `geometry` of a curve in a field of so many metres about its middle, as a ribbon that faces +Z. Its
 * entity is scaled by `curveUnit`.
 */
export function curveGeometry(
  runs: readonly (readonly CurvePoint[])[],
  width: number,
  height: number,
): Components {
  const vertices: number[][] = [];
  const triangles: number[][] = [];
  for (const run of runs) {
    const line = straightened(run.map(([at, share]) => inField(at, share, width, height)));
    for (const [index, point] of line.entries()) {
      const first = vertices.length;
      vertices.push(...ribbonAt(line, index, point));
      if (index > 0) triangles.push([first - 2, first, first - 1], [first - 1, first, first + 1]);
    }
  }
  return { type: 'inline', vertices, triangles };
}

function inField(at: number, share: number, width: number, height: number): Flat {
  const [w, h] = [width / curveUnit - 2 * halfLine, height / curveUnit - 2 * halfLine];
  return [(at - 0.5) * w, (share - 0.5) * h];
}

/** A point alone becomes a dash; points that lie on a straight line between others are left out. */
function straightened(line: readonly Flat[]): readonly Flat[] {
  const [first] = line;
  if (!first) return [];
  if (line.length === 1)
    return [
      [first[0] - halfLine, first[1]],
      [first[0] + halfLine, first[1]],
    ];
  const kept = [first];
  for (let from = 0; from < line.length - 1; ) {
    let to = from + 1;
    while (to + 1 < line.length && isStraight(line.slice(from, to + 2))) to++;
    kept.push(line[to]!);
    from = to;
  }
  return kept;
}

/** Whether all points are as good as on the line from the first to the last. */
function isStraight(points: readonly Flat[]): boolean {
  const [[x, y], [endX, endY]] = [points[0]!, points.at(-1)!];
  const slope = (endY - y) / (endX - x);
  return points.every((point) => Math.abs(y + slope * (point[0] - x) - point[1]) <= tolerance);
}

/** Below and above the line, at right angles to where it goes. */
function ribbonAt(line: readonly Flat[], index: number, [x, y]: Flat): number[][] {
  const into = normal(line[index - 1], line[index]);
  const outOf = normal(line[index], line[index + 1]);
  const [a, b] = [into ?? outOf ?? [0, 1], outOf ?? into ?? [0, 1]];
  const [sumX, sumY] = [a[0] + b[0], a[1] + b[1]];
  const stretch = Math.min(2 / (sumX * sumX + sumY * sumY), longestMitre / Math.hypot(sumX, sumY)) * halfLine;
  return [
    [whole(x - sumX * stretch), whole(y - sumY * stretch), 0],
    [whole(x + sumX * stretch), whole(y + sumY * stretch), 0],
  ];
}

/** Of length one, upwards from a line that goes to the right. */
function normal(from: Flat | undefined, to: Flat | undefined): Flat | undefined {
  if (!from || !to) return undefined;
  const [x, y] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(x, y);
  return [-y / length, x / length];
}

function whole(units: number): number {
  return Math.round(units) + 0;
}
