import { sampleRate } from '../../devices/sound/pcm.ts';

export { sine } from '../../devices/microphone/virtual/sine.ts';

/** Samples. */
const tenth = sampleRate / 10;

/** Known signals to play into a microphone, and how to find them again. 48 kHz, mono, 16 bits. */

/** A signal without repetition and without zeros, so that a single shifted or lost sample shows. */
export function fingerprint(length: number, seed = 1): Int16Array {
  let state = seed;
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return ((state >>> 16) % 20_000) - 10_000 || 1;
  });
}

/**
 * Share of the energy of `samples` that is at `hz`, 0 to 1 (Goertzel's algorithm). Each tenth of a second is looked
 * at alone, so that a gap costs the share of one.
 */
export function toneShare(samples: Int16Array, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  let [inTone, inAll] = [0, 0];
  for (let begin = 0; begin + tenth <= samples.length; begin += tenth) {
    let [last, beforeLast] = [0, 0];
    for (const sample of samples.subarray(begin, begin + tenth)) {
      [last, beforeLast] = [sample + coefficient * last - beforeLast, last];
      inAll += sample * sample;
    }
    const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
    inTone += power / (tenth / 2);
  }
  return inAll === 0 ? 0 : inTone / inAll;
}

/**
 * The tenths of a second of `samples` that hold little but the tone at `hz`, and no gap of 10 ms, one after the other. A
 * machine that is too busy for a moment breaks some; what is broken itself, in pitch or in its stream, breaks all.
 */
export function pureTenths(samples: Int16Array, hz: number): Int16Array {
  return concatenate(tenths(samples).filter((part) => toneShare(part, hz) > 0.9));
}

/** What of the tone at `hz` and how loud (dBFS) each tenth of a second of `samples` is, to tell why it is not pure. */
export function describeTone(samples: Int16Array, hz: number): string {
  return tenths(samples)
    .map((part) => `${toneShare(part, hz).toFixed(2)} (${levelOf(part).toFixed(0)})`)
    .join(', ');
}

function tenths(samples: Int16Array): Int16Array[] {
  const count = Math.floor(samples.length / tenth);
  return Array.from({ length: count }, (_, index) => samples.subarray(index * tenth, (index + 1) * tenth));
}

/** RMS level of `samples`, dBFS. */
export function levelOf(samples: Int16Array): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return 20 * Math.log10(Math.sqrt(energy / samples.length) / 32_768);
}

/** `frames` one after the other. */
export function concatenate(frames: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(frames.reduce((length, frame) => length + frame.length, 0));
  let position = 0;
  for (const frame of frames) {
    whole.set(frame, position);
    position += frame.length;
  }
  return whole;
}
