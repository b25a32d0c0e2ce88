import { describe, expect, it } from 'vitest';
import { Curve, curveSpan } from './curve.ts';
import { curveGeometry, curveUnit } from './curve-shape.ts';

const minute = 60_000;
const isList = (value: unknown): value is number[][] => Array.isArray(value);

describe('the curve of ten minutes', () => {
  it('is the means of equal stretches of time, between the least and the greatest', () => {
    const curve = new Curve(10);
    for (const [time, value] of [
      [0, 0],
      [30_000, 2],
      [minute, 5],
      [2 * minute, 3],
    ] as const)
      curve.add(time, value);
    const [run] = curve.runs(2 * minute, 0);
    expect(run!.map(([, height]) => height)).toEqual([0, 1, 0.5]);
    expect(run!.map(([at]) => Math.round(at * 9))).toEqual([7, 8, 9]);
  });

  it('forgets what is older', () => {
    const curve = new Curve(10);
    for (let time = 0; time < 10 * curveSpan; time += minute) curve.add(time, time);
    expect(curve.runs(10 * curveSpan - 1, 0)).toHaveLength(1);
    expect(curve.runs(10 * curveSpan - 1, 0)[0]).toHaveLength(10);
    expect(curve.runs(12 * curveSpan, 0)).toEqual([]);
  });

  it('is broken where nothing was read', () => {
    const curve = new Curve(10);
    for (const n of [0, 1, 4, 5, 6]) curve.add(n * minute, n);
    expect(curve.runs(6 * minute, 0).map((run) => run.length)).toEqual([2, 3]);
  });

  it('draws noise as what it is: nearly level, in the middle', () => {
    const curve = new Curve(10);
    for (let n = 0; n < 10; n++) curve.add(n * minute, 20 + (n % 2) * 0.01);
    const heights = curve
      .runs(9 * minute, 1)
      .flat()
      .map(([, height]) => height);
    expect(Math.min(...heights)).toBeGreaterThan(0.49);
    expect(Math.max(...heights)).toBeLessThan(0.51);
  });

  it('is level where nothing changes at all', () => {
    const curve = new Curve(10);
    curve.add(0, 7);
    expect(curve.runs(0, 0)).toEqual([[[1, 0.5]]]);
  });
});

describe('what is drawn of a curve', () => {
  const geometry = (...runs: (readonly (readonly [number, number])[])[]) => {
    const { vertices, triangles } = curveGeometry(runs, 0.1, 0.04);
    if (!isList(vertices) || !isList(triangles)) throw new Error('that is no geometry');
    return { vertices, triangles };
  };
  const zigzag = Array.from({ length: 40 }, (_, n) => [n / 39, n % 2] as const);

  it('faces +Z, and stays in its field', () => {
    const { vertices, triangles } = geometry(zigzag);
    for (const [x, y] of vertices) {
      expect(Math.abs(x! * curveUnit)).toBeLessThanOrEqual(0.0505);
      expect(Math.abs(y! * curveUnit)).toBeLessThanOrEqual(0.0215);
    }
    for (const [a, b, c] of triangles) {
      const [p, q, r] = [vertices[a!]!, vertices[b!]!, vertices[c!]!];
      expect((q[0]! - p[0]!) * (r[1]! - p[1]!) - (q[1]! - p[1]!) * (r[0]! - p[0]!)).toBeGreaterThanOrEqual(0);
    }
  });

  it('leaves out points on a straight line, and keeps those of a gentle bend', () => {
    const line = Array.from({ length: 40 }, (_, n) => [n / 39, n / 39] as const);
    const bend = Array.from({ length: 40 }, (_, n) => [n / 39, (n / 39) ** 2] as const);
    expect(geometry(line).vertices).toHaveLength(4);
    const { length } = geometry(bend).vertices;
    expect(length).toBeGreaterThan(8);
    expect(length).toBeLessThan(40);
  });

  it('shows a point alone as a dash, and nothing for nothing', () => {
    expect(geometry([[0.5, 0.5]]).triangles).toHaveLength(2);
    expect(geometry([]).vertices).toEqual([]);
  });

  it('is small: forty points are less than 1.8 kB', () => {
    expect(JSON.stringify(curveGeometry([zigzag], 0.115, 0.04)).length).toBeLessThan(1_800);
  });
});
