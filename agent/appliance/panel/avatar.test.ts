import { expect, it } from 'vitest';
import { avatarComponents } from './avatar.ts';

const matrixOf = (rotationY: number) => {
  const { transform } = avatarComponents('Greenhouse', { position: [1, 2, 3], rotationY });
  return (transform as { matrix: number[] }).matrix;
};

it('stands where it is put, and faces where it is turned', () => {
  expect(matrixOf(0)).toEqual([1, 0, -0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 2, 3, 1]);
  const [x, , z] = matrixOf(Math.PI / 2).slice(8, 11);
  expect([x, z]).toEqual([expect.closeTo(1), expect.closeTo(0)]);
});

it.each([Math.PI, -Math.PI, Math.PI + 0.001, Math.PI - 0.009, -1.001 * Math.PI])(
  'turned by %d it is just off half a turn',
  (rotationY) => {
    const [cos, , minusSin] = matrixOf(rotationY);
    expect(cos).toBeLessThan(-0.999);
    expect(Math.abs(minusSin!)).toBeGreaterThan(0.0099);
  },
);
