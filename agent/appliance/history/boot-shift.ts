import type { Note } from './segment-line.ts';

/** What the monotonic clock of one boot is known to be beside other clocks. */
export type BootAnchors = Omit<Note, 'counts'>;

/**
 * What has to be added to times of the boot `there` to have them in times of the boot `here`, ms; undefined where
 * nobody can say. Two boots share UTC, where both had it from a time server, or else the clock of the place, which
 * counts where it ran through: a boot that would not have ended before this one began shows that it did not.
 * @param newest The newest time of that boot that is known.
 */
export function bootShift(here: BootAnchors, there: BootAnchors, newest: number): number | undefined {
  if (there.boot !== undefined && there.boot === here.boot) return 0;
  const shifts = [utcShift(here, there), placeShift(here, there)];
  return shifts.find((shift) => shift !== undefined && newest + shift <= 0);
}

function utcShift(here: BootAnchors, there: BootAnchors): number | undefined {
  if (here.utcOffset === undefined || there.utcOffset === undefined) return undefined;
  return there.utcOffset - here.utcOffset;
}

function placeShift({ place: here }: BootAnchors, { place: there }: BootAnchors): number | undefined {
  if (!here || here.url !== there?.url) return undefined;
  return there.offset - here.offset;
}
