import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../place/world.ts';
import type { JsonObject } from '../../../wire/json.ts';
import { extentOf, type Figure, figureOf, type LeftOut } from './figure.ts';

/** A square of one metre around its origin, in front of which it faces. */
const square = {
  type: 'inline',
  vertices: [
    [-0.5, -0.5, 0],
    [0.5, -0.5, 0],
    [0.5, 0.5, 0],
    [-0.5, 0.5, 0],
  ],
  triangles: [
    [0, 1, 2],
    [0, 2, 3],
  ],
};

function moved(x: number, y: number, z: number): JsonObject {
  return { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1] };
}

/** A turn about the vertical axis by a quarter, so many times. */
function turned(quarters: number): JsonObject {
  const [cos, sin] = [[1, 0, -1, 0][quarters]!, [0, 1, 0, -1][quarters]!];
  return { matrix: [cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, 3, 1, -2, 1] };
}

function figure(entities: Record<string, JsonObject>): Figure {
  const world = Object.entries(entities).map(([id, components]): [string, Entity] => [
    id,
    { id, components },
  ]);
  return figureOf('panel', new Map(world));
}

function leftOut(entities: Record<string, JsonObject>): Partial<Record<LeftOut, number>> {
  return Object.fromEntries(figure(entities).leftOut.entries());
}

const on = (parent: string) => ({ parent });

describe('the figure of an entity', () => {
  it('is seen from its own front, wherever it stands and looks', () => {
    for (const quarters of [0, 1, 2, 3]) {
      const { shapes } = figure({ panel: { transform: turned(quarters), geometry: square } });
      expect(extentOf(shapes)).toEqual({ left: -0.5, right: 0.5, bottom: -0.5, top: 0.5 });
    }
  });

  it('has what hangs on it, however deep, and nothing else', () => {
    const { shapes } = figure({
      panel: { transform: turned(1) },
      row: { transform: moved(1, 0, 0), relationships: on('panel') },
      lamp: { transform: moved(0, 2, 0), relationships: on('row'), geometry: square },
      other: { geometry: square },
    });
    expect(shapes).toHaveLength(1);
    expect(extentOf(shapes)).toEqual({ left: 0.5, right: 1.5, bottom: 1.5, top: 2.5 });
  });

  it('has the farthest first, and text a centimetre before its entity', () => {
    const { shapes } = figure({
      panel: { text: { string: 'Fan', height: 0.1 }, material: { color: [1, 0, 0] } },
      near: { transform: moved(0, 0, 0.1), relationships: on('panel'), geometry: square },
      far: { transform: moved(0, 0, -0.1), relationships: on('panel'), geometry: square },
    });
    expect(shapes.map(({ kind, depth }) => [kind, depth])).toEqual([
      ['surface', expect.closeTo(-0.1)],
      ['writing', 0.01],
      ['surface', expect.closeTo(0.1)],
    ]);
  });

  it('draws a surface at one depth as one shape', () => {
    const { shapes } = figure({ panel: { geometry: square } });
    expect(shapes).toMatchObject([{ kind: 'surface', triangles: { length: 2 } }]);
  });

  it('does not show what turns its back', () => {
    const back = { transform: turned(2), relationships: on('panel') };
    const { shapes } = figure({
      panel: {},
      plate: { ...back, geometry: square },
      writing: { ...back, text: { string: 'Fan', height: 0.1 } },
      edge: { transform: turned(1), relationships: on('panel'), geometry: square },
    });
    expect(shapes).toEqual([]);
  });

  it.each([
    ['white where it has none', undefined, [1, 1, 1, 1]],
    ['opaque unless it says', { color: [0.1, 0.2, 0.3] }, [0.1, 0.2, 0.3, 1]],
    ['within what there is', { color: [-1, 7, null, 0.5] }, [0, 1, 1, 0.5]],
    ['white where it is none', { color: 'red' }, [1, 1, 1, 1]],
  ])('has its colour: %s', (_, material, colour) => {
    const { shapes } = figure({ panel: { geometry: square, ...(material && { material }) } });
    expect(shapes[0]!.colour).toEqual(colour);
  });
});

describe('what is left out of a figure is counted', () => {
  it('models and textures, which no entity carries', () => {
    const models = { panel: { geometry: { type: 'hardcoded-model', name: 'head' } } };
    expect(leftOut(models)).toEqual({ model: 1 });
    const texture = { panel: { geometry: square, material: { texture: 'asset:sha256:0' } } };
    expect(leftOut(texture)).toEqual({ texture: 1 });
  });

  it('letters that visors do not have', () => {
    expect(leftOut({ panel: { text: { string: '– on –', height: 0.1 } } })).toEqual({ glyph: 2 });
  });

  it('what stands so far away that nothing else would be seen', () => {
    const { shapes, leftOut } = figure({
      panel: { geometry: square },
      bait: { transform: moved(900, 0, 0), relationships: on('panel'), geometry: square },
      giant: { relationships: on('panel'), text: { string: 'HA', height: 1e9 } },
      endless: { relationships: on('panel'), text: { string: 'HA', height: 1e308 } },
    });
    expect(shapes).toHaveLength(1);
    expect(leftOut.get('far')).toBe(3);
  });

  it.each<[string, JsonObject]>([
    ['a matrix too short', { transform: { matrix: [1, 2, 3] }, geometry: square }],
    ['a matrix of words', { transform: { matrix: Array(16).fill('1') }, geometry: square }],
    ['a matrix that leads nowhere', { transform: { matrix: Array(16).fill(1e308) }, geometry: square }],
    ['no vertices', { geometry: { type: 'inline', triangles: [[0, 1, 2]] } }],
    [
      'corners that are not there',
      {
        geometry: {
          ...square,
          triangles: [
            [0, 1, 9],
            [0, -1, 1.5],
            ['map', null, {}],
          ],
        },
      },
    ],
    ['triangles of four', { geometry: { ...square, triangles: [[0, 1, 2, 3]] } }],
    [
      'vertices of two',
      {
        geometry: {
          ...square,
          vertices: [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
        },
      },
    ],
    ['vertices of words', { geometry: { ...square, vertices: Array(4).fill(['0', '0', '0']) } }],
    [
      'vertices beyond numbers',
      { transform: moved(1e308, 0, 0), geometry: { ...square, vertices: Array(4).fill([1e308, 0, 0]) } },
    ],
    ['text of no height', { text: { string: 'Fan' } }],
  ])('what makes no sense: %s', (_, components) => {
    const { shapes, leftOut } = figure({ panel: {}, odd: { relationships: on('panel'), ...components } });
    expect(shapes).toEqual([]);
    expect(leftOut.entries()).toEqual([['malformed', 1]]);
  });

  it('nothing where entities hang on each other in a circle', () => {
    const circle = {
      panel: { geometry: square, relationships: on('row') },
      row: { geometry: square, relationships: on('panel') },
    };
    expect(figure(circle).shapes).toHaveLength(2);
    expect(figure({ panel: { geometry: square, relationships: on('panel') } }).shapes).toHaveLength(1);
  });

  it('nothing of what hangs deeper than anything that makes sense', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, depth) => [
        depth === 0 ? 'panel' : `link ${depth}`,
        {
          geometry: square,
          ...(depth > 0 && { relationships: on(depth === 1 ? 'panel' : `link ${depth - 1}`) }),
        },
      ]),
    );
    expect(figure(chain).shapes.length).toBeLessThan(50);
  });
});

describe('a figure of too much', () => {
  it('ends after as many triangles as can be drawn', () => {
    const corner = [0, 1, 2];
    const { shapes, leftOut } = figure({
      panel: { geometry: { ...square, triangles: Array(1_000_000).fill(corner) } },
      late: { relationships: on('panel'), geometry: square },
    });
    expect(shapes).toMatchObject([{ triangles: { length: 10_000 } }]);
    expect(leftOut.get('excess')).toBe(2);
  });

  it('ends after as many letters as can be drawn', () => {
    const walls = Array.from({ length: 30 }, (_, n): [string, JsonObject] => [
      `wall ${n}`,
      { relationships: on('panel'), text: { string: 'x'.repeat(2_000), height: 0.001 } },
    ]);
    const { shapes, leftOut } = figure({ panel: { geometry: square }, ...Object.fromEntries(walls) });
    const letters = shapes.flatMap((shape) => (shape.kind === 'writing' ? shape.glyphs : []));
    expect(letters).toHaveLength(10_000);
    expect(leftOut.get('excess')).toBe(25);
  });

  it('keeps what lies nearest where it would be painted over and over', () => {
    const coats = Array.from({ length: 1_000 }, (_, n): [string, JsonObject] => [
      `coat ${n}`,
      { relationships: on('panel'), geometry: square, transform: moved(0, 0, n / 1_000) },
    ]);
    const { shapes, leftOut } = figure({ panel: {}, ...Object.fromEntries(coats) });
    expect(shapes).toHaveLength(40);
    expect(shapes.at(-1)!.depth).toBeCloseTo(0.999);
    expect(leftOut.get('excess')).toBe(960);
  });
});
