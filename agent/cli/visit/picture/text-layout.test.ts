import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../wire/json.ts';
import { layOut, type TextLayout } from './text-layout.ts';

const height = 0.047;
/** A pixel of the visor's font: a line is 47 of them, an em 39. */
const pixel = height / 47;

function laidOut(text: JsonObject): TextLayout {
  const layout = layOut({ height, ...text });
  if (!layout) throw new Error('it was not laid out');
  return layout;
}

describe('text as visors place it', () => {
  it('has `height` for a line, of which an em is less', () => {
    const { em, box } = laidOut({ string: 'A' });
    expect(em).toBeCloseTo(39 * pixel);
    expect(box.top - box.bottom).toBeCloseTo(height);
  });

  it('stands around the origin, its baseline four fifths down the line', () => {
    const { glyphs, box } = laidOut({ string: 'AB' });
    expect(box.left).toBeCloseTo(-box.right);
    expect(box.top).toBeCloseTo(height / 2);
    expect(glyphs[0]!.y).toBeCloseTo(height / 2 - 0.8 * height);
  });

  it('counts the width of each letter in whole pixels of the font', () => {
    const { glyphs } = laidOut({ string: 'AAA' });
    const step = (glyphs[1]!.x - glyphs[0]!.x) / pixel;
    expect(step).toBeCloseTo(Math.round(step));
    expect((glyphs[2]!.x - glyphs[1]!.x) / pixel).toBeCloseTo(step);
  });

  it.each([
    ['left', { left: -0.3 }],
    ['right', { right: 0.3 }],
  ])('begins or ends at the edge of `width` with halign %s', (halign, edge) => {
    const { box } = laidOut({ string: 'Fan', halign, width: 0.6 });
    for (const [side, at] of Object.entries(edge)) expect(box[side as 'left' | 'right']).toBeCloseTo(at);
  });

  it('hangs from the origin with valign top, and stands on it with bottom', () => {
    expect(laidOut({ string: 'Fan', valign: 'top' }).box).toMatchObject({ top: 0 });
    expect(laidOut({ string: 'Fan', valign: 'bottom' }).box.bottom).toBeCloseTo(0);
  });

  it('breaks a line at the first space beyond the width, not before it', () => {
    const word = laidOut({ string: 'wwww' }).box;
    const width = (word.right - word.left) * 0.9;
    const { glyphs, box } = laidOut({ string: 'wwww wwww wwww', wrap: true, width });
    expect(new Set(glyphs.map(({ y }) => y)).size).toBe(3);
    expect(box.right - box.left).toBeCloseTo(word.right - word.left);
    expect(box.top - box.bottom).toBeCloseTo(3 * height);
  });

  it('takes a number as `wrap` for the width, as the specification has it', () => {
    const wrapped = laidOut({ string: 'wwww wwww', wrap: 0.01 });
    expect(wrapped.glyphs).toHaveLength(8);
    expect(wrapped.box.top - wrapped.box.bottom).toBeCloseTo(2 * height);
  });

  it('does not wrap where it is not told to', () => {
    const { box } = laidOut({ string: 'wwww wwww', width: 0.01 });
    expect(box.top - box.bottom).toBeCloseTo(height);
  });

  it('begins a line at a line feed, and lets a tab be four spaces wide', () => {
    const { box } = laidOut({ string: 'a\na' });
    expect(box.top - box.bottom).toBeCloseTo(2 * height);
    const tab = laidOut({ string: 'a\ta', halign: 'left' }).box.right;
    expect(tab).toBeCloseTo(laidOut({ string: 'a    a', halign: 'left' }).box.right);
  });

  it('is made smaller by `fitToWidth`, never larger', () => {
    const { box, em } = laidOut({ string: 'wwwwwwww', fitToWidth: true, width: 0.1 });
    expect(box.right - box.left).toBeCloseTo(0.1);
    expect(em).toBeLessThan(39 * pixel);
    expect(laidOut({ string: 'w', fitToWidth: true, width: 1 }).em).toBeCloseTo(39 * pixel);
  });

  it('is somewhere, however high it is said to be', () => {
    const { em, glyphs } = laidOut({ string: 'ww', height: 1e308, fitToWidth: true, width: 1 });
    expect(em).toBeGreaterThan(0);
    expect(glyphs.every(({ x, y }) => Number.isFinite(x / em) && Number.isFinite(y / em))).toBe(true);
  });

  it('has letters of Latin-1, and counts those that visors do not have', () => {
    expect(laidOut({ string: '21.4 °C ± µS/cm ÄÿñÇ' }).missing).toBe(0);
    expect(laidOut({ string: '– … € Ά 🌱' }).missing).toBe(5);
  });

  it('is not drawn without a string or a height', () => {
    const odd: JsonObject[] = [
      { string: 7 },
      { height: 0 },
      { height: 'tall' },
      { height: null },
      { height: -1 },
    ];
    for (const text of odd) expect(layOut({ string: 'Fan', height, ...text })).toBeUndefined();
  });

  it('ends where it becomes too long', () => {
    const { glyphs, shortened } = laidOut({ string: 'x'.repeat(1e6) });
    expect(shortened).toBe(true);
    expect(glyphs.length).toBeLessThan(10_000);
  });
});
