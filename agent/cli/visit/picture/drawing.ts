import { type Colour, extentOf, type Figure, type Shape, type Surface, type Writing } from './figure.ts';
import { UNITS_PER_EM } from './glyphs.ts';
import { type Box, outlineOf } from './text-layout.ts';

export interface Drawing {
  readonly svg: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Pixels of a metre, unless the figure is so large that the picture would be too. */
const PIXELS_PER_METRE = 1_000;

/** Pixels; without the margin. */
const LONGEST_SIDE = 2_000;
const SHORTEST_SIDE = 16;
const MARGIN = 40;
const CORNER = 24;

/** Light enough for dark panels, dark enough for white writing; the page shows at the corners, be it black or white. */
const BACKGROUND = '#687384';

/** The figure as an SVG document that needs no font; undefined where there is nothing to see. `title` is free text. */
export function draw({ shapes }: Figure, title: string): Drawing | undefined {
  const extent = extentOf(shapes);
  if (!extent) return undefined;
  const longest = Math.max(extent.right - extent.left, extent.top - extent.bottom);
  const scale = Math.min(PIXELS_PER_METRE, LONGEST_SIDE / longest);
  const side = (length: number) => Math.round(Math.max(length * scale, SHORTEST_SIDE)) + 2 * MARGIN;
  const [width, height] = [side(extent.right - extent.left), side(extent.top - extent.bottom)];
  const view = new View(extent, scale, width, height);
  const glyphs = new Set(
    shapes.flatMap((shape) => (shape.kind === 'writing' ? shape.glyphs : [])).map(({ glyph }) => glyph),
  );
  const outlines = [...glyphs]
    .sort((a, b) => a - b)
    .map((glyph) => `<path id="g${glyph}" d="${outlineOf(glyph)}"/>`);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(title)}</title>`,
    `<defs>${outlines.join('\n')}</defs>`,
    `<rect width="${width}" height="${height}" rx="${CORNER}" fill="${BACKGROUND}"/>`,
    ...shapes.map((shape) => view.draw(shape)),
    '</svg>\n',
  ].join('\n');
  return { svg, width, height };
}

/** From metres, y up, to pixels, y down. */
class View {
  readonly #scale: number;
  readonly #left: number;
  readonly #top: number;

  constructor({ left, right, bottom, top }: Box, scale: number, width: number, height: number) {
    this.#scale = scale;
    this.#left = (width - (left + right) * scale) / 2;
    this.#top = (height + (bottom + top) * scale) / 2;
  }

  draw(shape: Shape): string {
    return shape.kind === 'surface' ? this.#surface(shape) : this.#writing(shape);
  }

  #surface({ triangles, colour }: Surface): string {
    const outlines = triangles.map(
      ([x1, y1, x2, y2, x3, y3]) => `M${this.#at(x1, y1)}L${this.#at(x2, y2)}L${this.#at(x3, y3)}Z`,
    );
    return `<path ${fill(colour)} d="${outlines.join('')}"/>`;
  }

  #writing({ affine: { a, b, c, d, e, f }, em, glyphs, colour }: Writing): string {
    const unit = em / UNITS_PER_EM;
    const k = unit * this.#scale;
    const turn = [a * k, -b * k, -c * k, d * k].map((number) => decimal(number, 6));
    const uses = glyphs.map(({ glyph, x, y }) => {
      const [left, top] = [x / unit, -y / unit].map((number) => decimal(number, 1));
      return `<use href="#g${glyph}" x="${left}" y="${top}"/>`;
    });
    return `<g ${fill(colour)} transform="matrix(${turn.join(' ')} ${this.#at(e, f)})">${uses.join('')}</g>`;
  }

  #at(x: number, y: number): string {
    return `${decimal(this.#left + x * this.#scale, 2)} ${decimal(this.#top - y * this.#scale, 2)}`;
  }
}

function fill([red, green, blue, opacity]: Colour): string {
  const parts = [red, green, blue].map((part) =>
    Math.round(part * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  return `fill="#${parts.join('')}"${opacity < 1 ? ` fill-opacity="${decimal(opacity, 3)}"` : ''}`;
}

function decimal(number: number, digits: number): string {
  return String(Number(number.toFixed(digits)));
}

/** Text as XML takes it: what is no letter, digit or punctuation of ASCII as its number, what may not be there left out. */
function escaped(text: string): string {
  const legal = text.slice(0, 200).replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '');
  return legal.replace(/[^ \w.,:;()-]/gu, (character) => `&#${character.codePointAt(0)};`);
}
