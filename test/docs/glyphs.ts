import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Font, parse } from 'opentype.js';

const file = '@expo-google-fonts/varela-round/400Regular/VarelaRound_400Regular.ttf';

/** What the copy of the font has that visors carry: Latin-1 without its control characters. */
const characters = [...range(0x20, 0x7e), ...range(0xa0, 0xff)];

/** The source of `agent/cli/visit/picture/glyphs.ts`. */
export function glyphsSource(): string {
  const font = readFont();
  const { ascender, descender, lineGap } = font.tables.hhea as Record<string, number>;
  const lines = characters.map((code) => {
    const glyph = font.charToGlyph(String.fromCodePoint(code));
    if (glyph.index === 0) throw new Error(`the font has no U+${code.toString(16)}`);
    return lineOf(font, glyph.index);
  });
  return `/*
 * Outlines of the Latin-1 characters of the font Varela Round in another form, made from ${file.split('/').slice(0, 2).join('/')} by
 * UPDATE_DOCS=1 npx vitest run test/docs
 *
 * Copyright 2011-2023 The Varela Round Project Authors (https://github.com/alefalefalef/Varela-Round-Hebrew/), with
 * Reserved Font Names 'Varela' and 'Varela Round'. This file is licensed under the SIL Open Font License, version 1.1:
 * docs/font-license.txt
 */

/** Font units of one em. */
export const UNITS_PER_EM = ${font.unitsPerEm};

/** From one baseline to the next, font units. */
export const LINE_SPACING = ${ascender! - descender! + lineGap!};

/**
 * The advance, a space, and the outline as SVG path data, y down, both in font units: first what stands for a
 * character there is no glyph of, then those from U+0020 to U+007E, then those from U+00A0 to U+00FF.
 */
export const glyphLines: readonly string[] = [
${[lineOf(font, 0), ...lines].map((line) => `  '${line}',`).join('\n')}
];
`;
}

function lineOf(font: Font, index: number): string {
  const glyph = font.glyphs.get(index);
  return `${glyph.advanceWidth} ${glyph.getPath(0, 0, font.unitsPerEm).toPathData(0)}`;
}

function readFont(): Font {
  const { buffer, byteOffset, byteLength } = readFileSync(createRequire(import.meta.url).resolve(file));
  return parse(buffer.slice(byteOffset, byteOffset + byteLength));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
