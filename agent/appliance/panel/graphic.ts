import type { PropertyDescription } from '../../../devices/thing.ts';

/** What stands beside a value: how it went in the last ten minutes, or how far it is between its bounds. */
export type Graphic = 'curve' | 'bar' | 'none';

/** A bar is filled in so many steps: less than one is not seen, and need not be sent. */
export const barSteps = 24;

/**
 * Bars where the bounds are known and it matters how far from them something is: settings, shares, levels of sound.
 * Of anything else that is measured the course tells more.
 */
export function graphicOf({ type, unit, writable, minimum, maximum }: PropertyDescription): Graphic {
  if (type !== 'number' && type !== 'integer') return 'none';
  const bounded = minimum !== undefined && maximum !== undefined && maximum > minimum;
  return bounded && (writable || unit === '%' || unit?.startsWith('dB')) ? 'bar' : 'curve';
}
