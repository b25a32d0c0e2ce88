import { sampleRate } from '../../../devices/sound/pcm.ts';

/** A pentatonic phrase, Hz. */
const notes = [392, 440, 523.25, 587.33, 659.25, 587.33, 523.25, 440];
const notesPerSecond = 2.5;
/** Peak amplitude of 16 bits: about -15 dBFS on average. */
const loudness = 11_000;

/** `length` samples of the demo's sound, from sample `position` on: plucked notes that never quite fall silent. */
export function melody(position: number, length: number): Int16Array {
  return Int16Array.from({ length }, (_, index) => {
    const seconds = (position + index) / sampleRate;
    const beat = seconds * notesPerSecond;
    const hz = notes[Math.floor(beat) % notes.length]!;
    const since = (beat % 1) / notesPerSecond;
    const envelope = Math.min(1, since / 0.01) * Math.exp(-4 * since);
    const phase = 2 * Math.PI * hz * since;
    return Math.round(loudness * envelope * (0.8 * Math.sin(phase) + 0.2 * Math.sin(2 * phase)));
  });
}
