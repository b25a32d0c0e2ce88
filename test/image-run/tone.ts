import { readFileSync } from 'node:fs';
import { WavWriter } from '../../agent/audio/wav.ts';
import { sampleRate } from '../../devices/sound/pcm.ts';

export { levelOf, toneShare } from '../support/virtual-microphone-signal.ts';

/** Writes a tone of `level` dBFS (RMS) to a WAV file. */
export function writeTone(file: string, hz: number, level: number, seconds: number): void {
  const amplitude = 32_768 * Math.SQRT2 * 10 ** (level / 20);
  const wav = new WavWriter(file);
  wav.write(
    Int16Array.from({ length: seconds * sampleRate }, (_, n) =>
      Math.round(amplitude * Math.sin((2 * Math.PI * hz * n) / sampleRate)),
    ),
  );
  wav.close();
}

/** The samples of a WAV file of ours. */
export function readSamples(file: string): Int16Array {
  const bytes = readFileSync(file);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.length));
}
