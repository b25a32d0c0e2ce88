import { sampleRate } from '../../../devices/sound/pcm.ts';
import type { OpusDecoder } from '../../audio/opus.ts';

/** A gap longer than this was silence, not a late packet. */
const longestGapMs = 200;
const silence = new Int16Array(sampleRate);
const fullScale = 32_768;

/** Where decoded sound goes. */
export interface SoundSink {
  /** False where no more fits. */
  write(samples: Int16Array): boolean;
}

/**
 * One track as it is heard: packets in the order they arrive, decoded. A track that sends nothing while it is
 * silent is silent in the recording too, which so is as long as the time it took.
 */
export class Recording {
  readonly #decoder: OpusDecoder;
  readonly #sink: SoundSink;
  #began: number | undefined;
  #samples = 0;
  #energy = 0;
  #heard = 0;
  /** Packets decoded. */
  packets = 0;
  /** Packets that were no Opus. */
  broken = 0;

  constructor(decoder: OpusDecoder, sink: SoundSink) {
    this.#decoder = decoder;
    this.#sink = sink;
  }

  /** Length so far, silence included, seconds. */
  get seconds(): number {
    return this.#samples / sampleRate;
  }

  /** Level of what was heard, without the silence put in for pauses, dBFS of the mean power. */
  get level(): number {
    return this.#energy === 0 ? Number.NEGATIVE_INFINITY : 10 * Math.log10(this.#energy / this.#heard);
  }

  /** When the first packet arrived, ms. */
  get began(): number | undefined {
    return this.#began;
  }

  add(packet: Uint8Array, arrivedAtMs: number): void {
    const sound = this.#decoder.decode(packet);
    if (!sound) {
      this.broken++;
      return;
    }
    this.packets++;
    this.#began ??= arrivedAtMs;
    this.#fillPause(arrivedAtMs);
    for (const sample of sound) this.#energy += (sample / fullScale) ** 2;
    this.#heard += sound.length;
    this.#write(sound);
  }

  /** Ends it: a pause at the end is silence too. */
  end(nowMs: number): void {
    this.#fillPause(nowMs);
  }

  #fillPause(nowMs: number): void {
    const missing = nowMs - (this.#began ?? nowMs) - this.seconds * 1000;
    if (missing <= longestGapMs) return;
    for (let left = Math.round((missing / 1000) * sampleRate); left > 0; left -= silence.length)
      this.#write(silence.subarray(0, left));
  }

  #write(samples: Int16Array): void {
    if (this.#sink.write(samples)) this.#samples += samples.length;
  }
}
