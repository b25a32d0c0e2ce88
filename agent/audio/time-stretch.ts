import { samplesPerMs } from '../../devices/sound/pcm.ts';

/** Pitch periods that are looked for: 100 to 400 Hz, and the multiples of those above. */
const longestPeriod = 10 * samplesPerMs;
const shortestPeriod = 2.5 * samplesPerMs;
/** Length of a transition from one period to another, and of what is compared. */
const longestTransition = 5 * samplesPerMs;

/** Samples of one step while searching coarsely. */
const coarse = 4;

/** A stretch of sound that comes again `period` samples later. */
export interface Repetition {
  readonly period: number;
  readonly transition: number;
  /** How alike the two are, -1 to 1 (normalised correlation). */
  readonly likeness: number;
}

/** Where the sound that begins `sound` repeats itself best; undefined where it is too short to tell. */
export function findRepetition(sound: Int16Array): Repetition | undefined {
  const transition = Math.min(longestTransition, sound.length >> 1);
  const longest = Math.min(longestPeriod, sound.length - transition);
  const shortest = Math.min(shortestPeriod, longest >> 1);
  if (shortest === 0) return undefined;
  const best = (from: number, to: number, step: number): Repetition => {
    let found = { period: from, transition, likeness: -1 };
    for (let period = from; period <= to; period += step) {
      const likeness = correlation(sound, period, transition, step);
      if (likeness > found.likeness) found = { period, transition, likeness };
    }
    return found;
  };
  // Coarsely at first, a sixteenth of the work: voices have little above 6 kHz.
  const { period } = best(shortest, longest, coarse);
  return best(Math.max(shortest, period - coarse), Math.min(longest, period + coarse), 1);
}

/** Leaves a period out: as much shorter, at the same pitch. */
export function shorten(sound: Int16Array, { period, transition }: Repetition): Int16Array {
  const shorter = sound.slice(period);
  fade(shorter, sound, transition);
  return shorter;
}

/** Plays a period twice: as much longer, at the same pitch. */
export function lengthen(sound: Int16Array, { period, transition }: Repetition): Int16Array {
  const longer = new Int16Array(sound.length + period);
  longer.set(sound.subarray(0, period));
  longer.set(sound, period);
  fade(longer.subarray(period), sound.subarray(period), transition);
  return longer;
}

/** Fades the beginning of `sound` in over that of `before`, for `length` samples. */
function fade(sound: Int16Array, before: Int16Array, length: number): void {
  for (let n = 0; n < length; n++) {
    const share = (n + 0.5) / length;
    sound[n] = Math.round(before[n]! * (1 - share) + sound[n]! * share);
  }
}

function correlation(sound: Int16Array, period: number, length: number, step: number): number {
  let [product, first, second] = [0, 0, 0];
  for (let n = 0; n < length; n += step) {
    const a = sound[n]!;
    const b = sound[n + period]!;
    product += a * b;
    first += a * a;
    second += b * b;
  }
  return first === 0 || second === 0 ? 0 : product / Math.sqrt(first * second);
}
