import { describe, expect, it } from 'vitest';
import { type Layout, layOut, type Rectangle } from './layout.ts';
import { lineHeight } from './lettering.ts';
import { body, compact, roomy } from './measures.ts';
import { type Middle, type RowFields, rowFields } from './row-fields.ts';

const counts = [...Array.from({ length: 61 }, (_, n) => n), 75, 100, 150, 250];

const left = ({ x, width }: Rectangle) => x - width / 2;
const right = ({ x, width }: Rectangle) => x + width / 2;
const bottom = ({ y, height }: Rectangle) => y - height / 2;
const top = ({ y, height }: Rectangle) => y + height / 2;
const apart = (a: Rectangle, b: Rectangle) =>
  Math.max(left(b) - right(a), left(a) - right(b), bottom(b) - top(a), bottom(a) - top(b)) > -1e-9;
const within = (inner: Rectangle, outer: Rectangle) =>
  left(inner) >= left(outer) - 1e-9 &&
  right(inner) <= right(outer) + 1e-9 &&
  bottom(inner) >= bottom(outer) - 1e-9 &&
  top(inner) <= top(outer) + 1e-9;

const fieldsOf = ({ name, strip, rows, status, trouble }: Layout) => [name, strip, ...rows, status, trouble];

function overlapping(fields: readonly Rectangle[]): string[] {
  return fields.flatMap((a, n) =>
    fields.slice(n + 1).flatMap((b) => (apart(a, b) ? [] : [JSON.stringify([a, b])])),
  );
}

describe('a panel', () => {
  it('has everything inside its frame, and nothing upon anything else, however many rows it has', () => {
    for (const count of counts) {
      const layout = layOut(count);
      const fields = fieldsOf(layout);
      expect(layout.rows).toHaveLength(count);
      expect(fields.filter((field) => !within(field, layout.frame))).toEqual([]);
      expect(overlapping(fields)).toEqual([]);
      expect(layout.frame.height).toBeLessThanOrEqual(body.tallest);
    }
  });

  it.each([
    [1, 1, 0.66, 0.22],
    [6, 1, 0.66, 0.61],
    [20, 2, 1.29, 0.92],
    [60, 4, 1.87, 1.04],
  ])('with %i rows has %i columns, and is a device of %f m by %f m', (count, columns, width, height) => {
    const layout = layOut(count);
    expect(layout.columns).toBe(columns);
    expect(layout.frame.width).toBeCloseTo(width, 1);
    expect(layout.frame.height).toBeCloseTo(height, 1);
  });

  it('is neither a tower nor a ribbon, from three rows to a hundred', () => {
    for (let count = 3; count <= 100; count++) {
      const { width, height } = layOut(count).frame;
      expect(width / height).toBeGreaterThan(0.7);
      expect(width / height).toBeLessThan(2.7);
    }
  });

  it('goes down each column before the next begins', () => {
    const { rows } = layOut(20);
    expect(rows[1]!.x).toBe(rows[0]!.x);
    expect(rows[1]!.y).toBeLessThan(rows[0]!.y);
    expect(rows[10]!.x).toBeGreaterThan(rows[0]!.x);
    expect(rows[10]!.y).toBe(rows[0]!.y);
  });
});

describe.each([
  ['roomy', roomy],
  ['compact', compact],
])('a %s row', (_, measures) => {
  const row = { x: 0, y: 0, width: measures.row.width, height: measures.row.height };
  const parts = ({ title, note, value, graphic, lamp }: RowFields, middle: Middle) => {
    const disc = { x: lamp.x, y: lamp.y, width: 2 * lamp.radius, height: 2 * lamp.radius };
    return [title, note, value, disc, ...(middle === 'graphic' ? [graphic] : [])];
  };

  it.each(['graphic', 'title', 'value'] as const)(
    'with more room for its %s keeps all within itself, apart',
    (middle) => {
      const fields = parts(rowFields(measures, middle), middle);
      expect(fields.filter((field) => !within(field, row))).toEqual([]);
      expect(overlapping(fields)).toEqual([]);
    },
  );

  it('has room for two lines of a refusal', () => {
    const { refusal } = rowFields(measures, 'title');
    expect(2 * lineHeight * measures.text.note).toBeLessThanOrEqual(refusal.height);
    expect(within(refusal, row)).toBe(true);
  });

  it('can be read at 1.5 m: capitals are 20 minutes of arc high, and titles 24, in the visor that draws smallest', () => {
    const capital = 0.698;
    const arcMinutes = (height: number) => (Math.atan((capital * height) / 1.204 / 1.5) * 180 * 60) / Math.PI;
    const { title, note, value } = measures.text;
    expect(arcMinutes(note)).toBeGreaterThan(20);
    expect(arcMinutes(body.status)).toBeGreaterThan(20);
    expect(arcMinutes(title)).toBeGreaterThan(24);
    expect(arcMinutes(value)).toBeGreaterThan(arcMinutes(title));
  });
});
