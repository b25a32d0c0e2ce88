import { sampleRate } from '../../devices/sound/pcm.ts';

const overtones = 30;
/** Where the resonances of a vowel lie, and how wide they are, Hz. */
const formants = [
  [600, 120],
  [1_200, 160],
  [2_600, 240],
] as const;

/** `seconds` of something like a voice that says four syllables a second: 48 kHz, mono, always the same. */
export function voice(seconds: number): Int16Array {
  let phase = 0;
  return Int16Array.from({ length: seconds * sampleRate }, (_, n) => {
    const t = n / sampleRate;
    const pitch = 140 + 25 * Math.sin(2 * Math.PI * 0.7 * t);
    phase += (2 * Math.PI * pitch) / sampleRate;
    const loudness = Math.sin(Math.PI * 4 * t) ** 2;
    let sample = 0;
    for (let k = 1; k <= overtones; k++) sample += resonance(k * pitch) * Math.sin(k * phase);
    return Math.round(6_000 * loudness * sample);
  });
}

function resonance(hz: number): number {
  return formants.reduce((sum, [centre, width]) => sum + 0.3 / (1 + ((hz - centre) / width) ** 2), 0);
}
