import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../place/world.ts';
import type { JsonObject } from '../../../wire/json.ts';
import { type Drawing, draw } from './drawing.ts';
import { figureOf } from './figure.ts';
import { toPng } from './png.ts';

function plate(width: number, height: number, colour: readonly number[]): JsonObject {
  const [x, y] = [width / 2, height / 2];
  const vertices = [
    [-x, -y, 0],
    [x, -y, 0],
    [x, y, 0],
    [-x, y, 0],
  ];
  const triangles = [
    [0, 1, 2],
    [0, 2, 3],
  ];
  return { geometry: { type: 'inline', vertices, triangles }, material: { color: colour } };
}

function drawn(title: string, ...parts: JsonObject[]): Drawing {
  const entities = parts.map((components, n): [string, Entity] => {
    const id = n === 0 ? 'panel' : `part ${n}`;
    return [
      id,
      { id, components: n === 0 ? components : { relationships: { parent: 'panel' }, ...components } },
    ];
  });
  const drawing = draw(figureOf('panel', new Map(entities)), title);
  if (!drawing) throw new Error('there was nothing to draw');
  return drawing;
}

describe('a drawing', () => {
  it('has a thousand pixels a metre, and a margin', () => {
    const { width, height } = drawn('', plate(0.6, 0.2, [1, 1, 1]));
    expect([width, height]).toEqual([680, 280]);
  });

  it('has fewer where it would become too large, and is never smaller than can be seen', () => {
    expect(drawn('', plate(8, 4, [1, 1, 1]))).toMatchObject({ width: 2_080, height: 1_080 });
    expect(drawn('', plate(1e-9, 1e-9, [1, 1, 1]))).toMatchObject({ width: 96, height: 96 });
  });

  it('of nothing there is none', () => {
    expect(draw(figureOf('panel', new Map()), 'nothing')).toBeUndefined();
  });

  it('has no text that a machine would need a font for, but each letter once as an outline', () => {
    const { svg } = drawn('', { text: { string: 'anna', height: 0.1 } });
    expect(svg).not.toContain('<text');
    expect(svg.match(/<path id=/g)).toHaveLength(2);
    expect(svg.match(/<use /g)).toHaveLength(4);
  });

  it('is well-formed, whatever it is called', async () => {
    const { svg } = drawn(
      `</title><script>"&'\u0000\ud800\uffff Ä 🌱${'x'.repeat(1e5)}`,
      plate(1, 1, [1, 1, 1]),
    );
    expect(svg).not.toContain('<script');
    expect(svg.length).toBeLessThan(5_000);
    await expect(toPng(svg)).resolves.toBeInstanceOf(Uint8Array);
  });
});

describe('as PNG', () => {
  it('shows each thing where it is, in its colour, what is near before what is far', async () => {
    const row = plate(0.1, 0.1, [0, 0, 1]);
    const place = { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0.2, 0.1, 0.01, 1] };
    const { svg, width, height } = drawn('', plate(0.6, 0.4, [1, 0, 0]), { ...row, transform: { ...place } });
    const at = pixels(await toPng(svg), width, height);
    expect(at(width / 2, height / 2)).toEqual([255, 0, 0, 255]);
    expect(at(width / 2 + 200, height / 2 - 100)).toEqual([0, 0, 255, 255]);
    expect(at(width / 2 + 200, height / 2 + 100)).toEqual([255, 0, 0, 255]);
    expect(at(20, height / 2)[3], 'the margin has a background').toBe(255);
    expect(at(0, 0)[3], 'the corners are clear').toBe(0);
  });

  it('has no seam between the triangles of a surface', async () => {
    const { svg, width, height } = drawn('', plate(0.5, 0.3, [0, 0, 0]));
    const at = pixels(await toPng(svg), width, height);
    const colours = new Set<string>();
    for (let x = 45; x < width - 45; x++) for (let y = 45; y < height - 45; y++) colours.add(at(x, y).join());
    expect([...colours]).toEqual(['0,0,0,255']);
  });

  it('has writing in ink', async () => {
    const ink = { material: { color: [1, 1, 1] } };
    const { svg, width, height } = drawn('', plate(0.4, 0.2, [0, 0, 0]), {
      text: { string: '--------', height: 0.1 },
      ...ink,
    });
    const at = pixels(await toPng(svg), width, height);
    const row = Array.from({ length: width }, (_, x) => at(x, height / 2 + 8)[0]!);
    expect(Math.max(...row)).toBe(255);
  });
});

/** Reads what resvg writes: eight bits of red, green, blue and alpha, not interlaced. */
function pixels(png: Uint8Array, width: number, height: number): (x: number, y: number) => number[] {
  const data = Buffer.from(png);
  const chunks: Buffer[] = [];
  for (let at = 8; at < data.length; at += 12 + data.readUInt32BE(at))
    if (data.toString('latin1', at + 4, at + 8) === 'IDAT')
      chunks.push(data.subarray(at + 8, at + 8 + data.readUInt32BE(at)));
  const raw = inflateSync(Buffer.concat(chunks));
  const stride = width * 4;
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let n = 0; n < stride; n++) {
      const left = n >= 4 ? out[y * stride + n - 4]! : 0;
      const above = y > 0 ? out[(y - 1) * stride + n]! : 0;
      const corner = n >= 4 && y > 0 ? out[(y - 1) * stride + n - 4]! : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]!;
      out[y * stride + n] = raw[y * (stride + 1) + 1 + n]! + guess;
    }
  }
  return (x, y) => [...out.subarray(y * stride + x * 4, y * stride + x * 4 + 4)];
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(guess - value)) as [number, number, number];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
