import { cutToFit, squeezeToFit, widthOf } from './lettering.ts';
import { plain } from './letters.ts';

/** How the appliance is as a whole. */
export interface Condition {
  /** What the place calls itself; empty where it has no name, undefined while none is joined. */
  readonly placeName: string | undefined;
  /** How far off the place's clock may be, ms; undefined while it is not known, or the place tells no time. */
  readonly clockErrorMs: number | undefined;
  /** Why things do not work, by the id of each. */
  readonly faults: ReadonlyMap<string, { readonly reason: string }>;
  /** Why the appliance runs without its devices, where it does. */
  readonly safeMode?: string | undefined;
}

/** Bounds are told in these steps, ms: the line changes seldom, and never promises too much. */
const bounds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** `Garden · clock ±0.5 ms` */
export function statusLine({ placeName, clockErrorMs }: Condition): string {
  const place = placeName === undefined ? 'joining the place' : plain(placeName);
  const bound = clockErrorMs === undefined ? undefined : bounds.find((one) => one >= clockErrorMs);
  const clock = clockErrorMs === undefined ? '' : bound === undefined ? 'clock unsure' : `clock ±${bound} ms`;
  return [place, clock].filter((part) => part !== '').join(' · ');
}

/** `soil: /dev/ttyUSB0 is unplugged`, or that nothing is wrong; as much of it as fits `width`, in heights of the text. */
export function troubleLine({ faults, safeMode }: Condition, width: number): string {
  if (safeMode !== undefined) return cutToFit(`safe mode: ${plain(safeMode)}`, width);
  const reasons = [...faults].map(([id, { reason }]) => withThing(id, plain(reason)));
  const [first] = reasons;
  if (first === undefined) return 'no faults';
  if (reasons.length === 1) return squeezeToFit(first, width);
  const start = `${reasons.length} faults: `;
  // Rows say them all: here the others are counted rather than cut.
  for (let told = reasons.length; told > 0; told--) {
    const line = start + reasons.slice(0, told).join('; ') + more(reasons.length - told);
    if (widthOf(line) <= width) return line;
  }
  const rest = more(reasons.length - 1);
  return start + squeezeToFit(first, width - widthOf(start + rest)) + rest;
}

function more(count: number): string {
  return count === 0 ? '' : `; and ${count} more`;
}

export function isTroubled({ faults, safeMode }: Condition): boolean {
  return faults.size > 0 || safeMode !== undefined;
}

/** Some reasons begin with the name of their thing. */
function withThing(id: string, reason: string): string {
  return reason.startsWith(id) ? reason : `${id}: ${reason}`;
}
