import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../place/world.ts';
import type { JsonObject } from '../../../wire/json.ts';
import { draw } from './drawing.ts';
import { figureOf } from './figure.ts';
import { toPng } from './png.ts';

const number = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(1e308, -1e-308, 0.5));
const odd = fc.oneof(number, fc.string({ unit: 'binary' }), fc.constantFrom(null, true, [], {}));
/** Mostly what belongs there, now and then anything. */
const mostly = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 40, arbitrary: value }, { weight: 1, arbitrary: odd });
const list = (item: fc.Arbitrary<unknown>, length: number) =>
  mostly(fc.array(item, { minLength: length, maxLength: length }));
const near = fc.double({ min: -2, max: 2, noNaN: true });
const id = fc.constantFrom('panel', 'a', 'b', 'c', 'd');

const components = fc.record(
  {
    transform: mostly(fc.record({ matrix: list(mostly(near), 16) })),
    relationships: mostly(fc.record({ parent: mostly(id) })),
    geometry: mostly(
      fc.record({
        type: mostly(fc.constant('inline')),
        vertices: list(list(mostly(near), 3), 6),
        triangles: list(list(mostly(fc.integer({ min: 0, max: 5 })), 3), 6),
      }),
    ),
    material: mostly(fc.record({ color: list(mostly(number), 5), texture: odd })),
    text: mostly(
      fc.record(
        {
          string: mostly(fc.string({ unit: 'binary' })),
          height: mostly(fc.double({ min: 0, max: 1 })),
          width: mostly(number),
          wrap: mostly(fc.boolean()),
          fitToWidth: mostly(fc.boolean()),
          halign: mostly(fc.constantFrom('left', 'right', 'center')),
          valign: mostly(fc.constantFrom('top', 'bottom', 'middle')),
        },
        { requiredKeys: ['string', 'height'] },
      ),
    ),
  },
  { requiredKeys: ['geometry'] },
);

describe('a picture of whatever stands there', () => {
  it('is drawn, or there is nothing to draw', async () => {
    const worlds = fc.array(fc.tuple(id, components), { maxLength: 6 });
    let drawings = 0;
    await fc.assert(
      fc.asyncProperty(worlds, fc.string({ unit: 'binary' }), async (entities, title) => {
        const world = new Map(
          entities.map(([id, components]): [string, Entity] => [
            id,
            { id, components: components as unknown as JsonObject },
          ]),
        );
        const drawing = draw(figureOf('panel', world), title);
        if (!drawing) return;
        drawings++;
        expect(drawing.svg).not.toMatch(/NaN|Infinity|undefined/);
        expect(Math.max(drawing.width, drawing.height)).toBeLessThanOrEqual(2_080);
        // Reads it, too: resvg throws where it is no SVG.
        if (drawings % 10 === 0) expect((await toPng(drawing.svg)).length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
    expect(drawings).toBeGreaterThan(20);
  });

  it('is drawn soon, even where all that is drawn at most is there', async () => {
    const { svg } = draw(figureOf('panel', new Map(worst().map((entity) => [entity.id, entity]))), 'worst')!;
    expect(svg.length).toBeLessThan(10_000_000);
    await expect(toPng(svg)).resolves.toBeInstanceOf(Uint8Array);
  });
});

/** As many triangles and letters as are drawn, each triangle at a depth of its own. */
function worst(): Entity[] {
  const vertices = Array.from({ length: 30_000 }, (_, n) => {
    const [triangle, corner] = [Math.floor(n / 3), n % 3];
    const [x, y] = [triangle % 150, Math.floor(triangle / 150)];
    return [x * 0.01 + (corner === 1 ? 0.04 : 0), y * 0.01 + (corner === 2 ? 0.04 : 0), triangle * 0.002];
  });
  const triangles = Array.from({ length: 10_000 }, (_, n) => [3 * n, 3 * n + 1, 3 * n + 2]);
  const letters = Array.from({ length: 5 }, (_, n) => ({
    id: `letters ${n}`,
    components: {
      relationships: { parent: 'panel' },
      text: { string: 'Wag& '.repeat(500), height: 0.02, wrap: true, width: 0.5 },
    },
  }));
  return [{ id: 'panel', components: { geometry: { type: 'inline', vertices, triangles } } }, ...letters];
}
