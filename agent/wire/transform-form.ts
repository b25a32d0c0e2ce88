import type { Json } from './json.ts';

/*
 * Where somebody grabs something, the reference server takes the transforms of all that it hangs from, turns the
 * product round, and reads an angle out of the result by its arc cosine. What is flat, mirrored, squeezed or
 * enormous makes no number of that, and the server aborts on what is no number.
 */

/** Metres. */
const FARTHEST = 1e6;
/** So that not even the product of as many as may hang from one another overflows, nor its determinant. */
const SMALLEST_SCALE = 1e-5;
const LARGEST_SCALE = 1e5;
/** Of what is written with few decimals. */
const TOLERANCE = 1e-3;

type Vector = readonly [number, number, number];

/** Why a place could not bear this matrix of a transform; undefined if it can: it moves, turns, and scales all alike. */
export function matrixProblem(matrix: Json | undefined): string | undefined {
  if (!isMatrix(matrix)) return 'a matrix is 16 numbers';
  const [x, y, z, position] = [0, 4, 8, 12].map((at) => matrix.slice(at, at + 3) as unknown as Vector) as [
    Vector,
    Vector,
    Vector,
    Vector,
  ];
  if (matrix[3] !== 0 || matrix[7] !== 0 || matrix[11] !== 0 || matrix[15] !== 1)
    return 'the last row of a matrix is 0, 0, 0, 1';
  if (position.some((metres) => Math.abs(metres) > FARTHEST)) return `it is farther away than ${FARTHEST} m`;
  const scale = Math.hypot(...x);
  if (!(scale >= SMALLEST_SCALE && scale <= LARGEST_SCALE))
    return `it scales by ${SMALLEST_SCALE} to ${LARGEST_SCALE}`;
  const alike = [y, z].every((axis) => Math.abs(Math.hypot(...axis) / scale - 1) <= TOLERANCE);
  const square = [dot(x, y), dot(y, z), dot(z, x)].every((one) => Math.abs(one) <= TOLERANCE * scale ** 2);
  const handed = dot(cross(x, y), z) > 0;
  return alike && square && handed ? undefined : 'it moves, turns, and scales all alike, and does not mirror';
}

function isMatrix(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.length === 16 && value.every((n) => Number.isFinite(n));
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
