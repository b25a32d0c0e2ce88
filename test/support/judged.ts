import { timed } from './lateness.ts';

/** After so long no more is tried, ms: what hangs is ended by the guard of the test, and this is none. */
const longEnough = 60_000;

/**
 * Measures until `judge` finds what was measured right, `tries` times at most and for little more than a minute. What a
 * defect spoils is spoilt every time; what a machine spoils that is too busy for a moment is not. Of one that always is,
 * the last measurement is judged with the time by which the machine was `late` during it, ms.
 */
export async function judged<T>(
  tries: number,
  measure: () => Promise<T>,
  judge: (measured: T, late: number) => void,
): Promise<void> {
  const began = performance.now();
  for (let tried = 1; ; tried++) {
    const { value, late } = await timed(measure);
    const last = tried === tries || performance.now() - began > longEnough;
    try {
      return judge(value, last ? late : 0);
    } catch (error) {
      if (last) throw error;
    }
  }
}
