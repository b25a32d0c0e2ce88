/** Red, green, blue and opacity, each 0 to 1, as the component `material` takes them. */
export type Colour = readonly [number, number, number, number];

/** `#rrggbb`. */
function colour(hex: string): Colour {
  const part = (at: number) => Math.round((Number.parseInt(hex.slice(at, at + 2), 16) / 255) * 1e3) / 1e3;
  return [part(1), part(3), part(5), 1];
}

/** What text and lamps are drawn in; each reads on every surface. */
export const ink = {
  /** Names and titles. */
  plain: colour('#f3f6fa'),
  /** Values that are as they should be. */
  value: colour('#8fe3ff'),
  quiet: colour('#a7b3c0'),
  on: colour('#ffd45c'),
  off: colour('#a7b3c0'),
  onAir: colour('#ff94d0'),
  stale: colour('#ffb067'),
  fault: colour('#ff968c'),
} as const;

export const surface = {
  frame: colour('#12161c'),
  row: colour('#1f2630'),
  pointed: colour('#324257'),
  fault: colour('#43212a'),
} as const;

/** The strip beneath the name, and the curves. */
export const accent = colour('#2fa8d5');
