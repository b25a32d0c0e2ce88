import { sampleRate } from '../../sound/pcm.ts';

/** Peak amplitude of a sine whose RMS level is `dbfs` (0 dBFS being a square wave at full scale). */
export function amplitudeOf(dbfs: number): number {
  return 32_768 * 10 ** (dbfs / 20) * Math.SQRT2;
}

/** A sine of `length` samples, as it goes on at sample `position`. */
export function sine(hz: number, dbfs: number, length: number, position = 0): Int16Array {
  const amplitude = amplitudeOf(dbfs);
  return Int16Array.from({ length }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * (position + index)) / sampleRate)),
  );
}
