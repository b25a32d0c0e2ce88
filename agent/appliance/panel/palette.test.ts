import { describe, expect, it } from 'vitest';
import { accent, type Colour, ink, surface } from './palette.ts';

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance([r, g, b]: Colour): number {
  const [red, green, blue] = [r, g, b].map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: Colour, b: Colour): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each(Object.entries(surface))('on the surface %s', (_, behind) => {
  it.each(Object.entries(ink))('text in %s has the contrast WCAG asks of text, 4.5', (_, colour) => {
    expect(contrast(colour, behind)).toBeGreaterThan(4.5);
  });
});

it('curves have the contrast WCAG asks of graphics, 3, on every row', () => {
  for (const behind of [surface.row, surface.pointed, surface.fault])
    expect(contrast(accent, behind)).toBeGreaterThan(3);
});

it('shows in lightness, not in hue alone, that a row is pointed at', () => {
  expect(contrast(surface.pointed, surface.row)).toBeGreaterThan(1.4);
});
