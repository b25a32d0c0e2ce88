import { isObject, type JsonObject } from '../../../wire/json.ts';
import { glyphLines, LINE_SPACING, UNITS_PER_EM } from './glyphs.ts';

/*
 * Text as the visor has it: allovisor's lua/eng/graphics_eng.lua gives it to LÖVR 0.15 (src/modules/graphics/font.c),
 * which rasterizes its own font at 39 pixels an em and counts in whole pixels of that. Kerning is left out: it moves a
 * glyph by two of these pixels at most.
 */
const PIXELS_PER_EM = 39;
const LINE_PIXELS = Math.round((LINE_SPACING * PIXELS_PER_EM) / UNITS_PER_EM);
/** Of the line's height, from its top. */
const BASELINE = 0.8;
/** What a tab counts, in spaces. */
const TAB = 4;

const MICROMETRE = 1e-6;
const GIGAMETRE = 1e9;

/** More characters of one text are not drawn. */
const MOST_CHARACTERS = 2_000;

/** What a character is drawn with where the font has no glyph of it. */
export const MISSING_GLYPH = 0;

export interface PlacedGlyph {
  /** In `glyphLines`. */
  readonly glyph: number;
  /** Where its baseline begins, metres from the entity's origin. */
  readonly x: number;
  readonly y: number;
}

/** Metres; y up. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

export interface TextLayout {
  /** Height of an em, metres. */
  readonly em: number;
  /** Those with an outline. */
  readonly glyphs: readonly PlacedGlyph[];
  /** What the lines take up. */
  readonly box: Box;
  /** Characters that visors have no glyph of. */
  readonly missing: number;
  readonly shortened: boolean;
}

interface Line {
  readonly glyphs: { readonly glyph: number; readonly at: number }[];
  /** Pixels of the font. */
  width: number;
}

/**
 * Where the glyphs of a `text` component stand on the entity. `height` is that of a line, metres; with `wrap`, a line
 * ends at the first space beyond `width`, which is also what `halign` aligns to, around the origin. Undefined where
 * there is no string, or no height.
 */
export function layOut(text: JsonObject): TextLayout | undefined {
  const { string } = text;
  const height = metres(text.height);
  if (typeof string !== 'string' || height === undefined) return undefined;
  const shortened = string.length > MOST_CHARACTERS;
  const characters = Array.from(string.slice(0, MOST_CHARACTERS));
  const wrapAt = wrapWidth(text);
  const width = metres(text.width) ?? 0;
  let pixel = height / LINE_PIXELS;
  let lines = breakLines(characters, wrapAt / pixel);
  const widest = () => Math.max(...lines.map((line) => line.width)) * pixel;
  if (text.fitToWidth === true && width > 0 && widest() > width) {
    pixel *= width / widest();
    lines = breakLines(characters, wrapAt / pixel);
  }
  const missing = lines.flatMap(({ glyphs }) => glyphs).filter(({ glyph }) => glyph === MISSING_GLYPH).length;
  return { em: pixel * PIXELS_PER_EM, ...placed(lines, pixel, width, text), missing, shortened };
}

/** Metres; infinite where it does not wrap. A number as `wrap` is what the specification has: the width itself. */
function wrapWidth({ wrap, width }: JsonObject): number {
  return metres(wrap === true ? width : wrap) ?? Number.POSITIVE_INFINITY;
}

function breakLines(characters: readonly string[], wrapAt: number): Line[] {
  const lines: Line[] = [{ glyphs: [], width: 0 }];
  let before = '';
  for (const character of characters) {
    let line = lines.at(-1)!;
    const wraps = line.width > wrapAt && (character === ' ' || before === ' ');
    if (character === '\n' || wraps) {
      line = { glyphs: [], width: 0 };
      lines.push(line);
      before = '';
      if (character === ' ' || character === '\n') continue;
    }
    if (character === '\t') {
      line.width += TAB * advanceOf(glyphOf(' '));
      continue;
    }
    before = character;
    const glyph = glyphOf(character);
    line.glyphs.push({ glyph, at: line.width });
    line.width += advanceOf(glyph);
  }
  return lines;
}

function placed(lines: readonly Line[], pixel: number, width: number, { halign, valign }: JsonObject) {
  const lineHeight = pixel * LINE_PIXELS;
  const height = lines.length * lineHeight;
  const top = valign === 'top' ? 0 : valign === 'bottom' ? height : height / 2;
  const starts = lines.map((line) => {
    if (halign === 'left') return -width / 2;
    if (halign === 'right') return width / 2 - line.width * pixel;
    return (-line.width * pixel) / 2;
  });
  const glyphs = lines.flatMap((line, index) => {
    const y = top - (index + BASELINE) * lineHeight;
    return line.glyphs
      .filter(({ glyph }) => outlineOf(glyph) !== '')
      .map(({ glyph, at }) => ({ glyph, x: starts[index]! + at * pixel, y }));
  });
  const left = Math.min(...starts);
  const right = Math.max(...lines.map((line, index) => starts[index]! + line.width * pixel));
  return { glyphs, box: { left, right, bottom: top - height, top } };
}

/** The outline as SVG path data, font units; empty where nothing is to be seen. */
export function outlineOf(glyph: number): string {
  const line = glyphLines[glyph]!;
  return line.slice(line.indexOf(' ') + 1);
}

function glyphOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code >= 0x20 && code <= 0x7e) return code - 0x20 + 1;
  if (code >= 0xa0 && code <= 0xff) return code - 0xa0 + 0x60;
  return MISSING_GLYPH;
}

/** Pixels of the font. */
function advanceOf(glyph: number): number {
  return Math.round((Number.parseInt(glyphLines[glyph]!, 10) * PIXELS_PER_EM) / UNITS_PER_EM);
}

/** Undefined for what is nothing, or too small to be seen. What is too large to be seen is no larger than that. */
function metres(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < MICROMETRE) return undefined;
  return Math.min(value, GIGAMETRE);
}

/** The `text` component, if it is one. */
export function textIn(component: unknown): JsonObject | undefined {
  return isObject(component) && component.string !== '' ? component : undefined;
}
