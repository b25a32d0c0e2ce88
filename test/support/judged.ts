import { timed } from './lateness.ts';

/**
 * Measures until `judge` finds what was measured right, `tries` times at most. What a defect spoils is spoilt every
 * time; what a machine spoils that is too busy for a moment is not. Of one that always is, the last measurement is
 * judged with the time by which the machine was `late` during it, ms.
 */
export async function judged<T>(
  tries: number,
  measure: () => Promise<T>,
  judge: (measured: T, late: number) => void,
): Promise<void> {
  for (let tried = 1; ; tried++) {
    const { value, late } = await timed(measure);
    try {
      return judge(value, tried < tries ? 0 : late);
    } catch (error) {
      if (tried === tries) throw error;
    }
  }
}
