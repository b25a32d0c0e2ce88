import { describe, expect, it } from 'vitest';
import { disc, geometryOf, plate, rectangle, type Shape, slab, together } from './shapes.ts';

const normals = ({ corners, triangles }: Shape) =>
  triangles.map(([a, b, c]) => {
    const [p, q, r] = [corners[a]!, corners[b]!, corners[c]!];
    const [ux, uy, uz] = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
    const [vx, vy, vz] = [r[0] - p[0], r[1] - p[1], r[2] - p[2]];
    return { x: uy * vz - uz * vy, y: uz * vx - ux * vz, z: ux * vy - uy * vx, at: p };
  });

const area = (shape: Shape) => normals(shape).reduce((sum, { z }) => sum + z / 2, 0);

describe('a flat shape', () => {
  it.each([
    ['rectangle', rectangle(0.1, 0.2, 0.3, 0.1), 0.03, 1e-9],
    ['plate', plate(0.6, 0.07, 0.01, 3), 0.6 * 0.07, 1.1e-4],
    ['disc', disc(0, 0, 0.01, 24), Math.PI * 1e-4, 1e-5],
  ] as const)('%s faces +Z with all its area', (_, shape, expected, error) => {
    expect(normals(shape).every(({ z }) => z > 0)).toBe(true);
    expect(Math.abs(area(shape) - expected)).toBeLessThan(error);
  });
});

it('a slab faces outwards on every side', () => {
  for (const { x, y, z, at } of normals(slab(0.6, 0.4, 0.02, 3, 0.02)))
    expect(x * at[0] + y * at[1] + z * at[2]).toBeGreaterThan(0);
});

it('shapes together keep their own corners', () => {
  const both = together(rectangle(0, 0, 1, 1), rectangle(5, 0, 1, 1));
  expect(both.corners).toHaveLength(8);
  expect(area(both)).toBeCloseTo(2);
});

it('a geometry is what visors read: corners to a tenth of a millimetre, triangles by number', () => {
  expect(geometryOf(rectangle(0, 0, 0.123456, 0.00004))).toEqual({
    type: 'inline',
    vertices: [
      [-0.0617, 0, 0],
      [0.0617, 0, 0],
      [0.0617, 0, 0],
      [-0.0617, 0, 0],
    ],
    triangles: [
      [0, 1, 2],
      [0, 2, 3],
    ],
  });
});
