import { sampleRate, samplesPerMs } from '../../../devices/sound/pcm.ts';
import type { OpusDecoder } from '../../audio/opus.ts';
import { TrackDecoder, type TrackDecoderCounters } from '../../audio/track-decoder.ts';

const stepMs = 20;
const step = stepMs * samplesPerMs;
/** Nobody waits for it, so it can wait for every packet that comes at all, ms. */
const leastLagMs = 200;
const fullScale = 32_768;

/** Where decoded sound goes. */
export interface SoundSink {
  /** False where no more fits. */
  write(samples: Int16Array): boolean;
  /** So many samples of silence. */
  skip(samples: number): boolean;
}

/**
 * One track as it would have been heard, lost packets concealed: it begins with the first sound, and a track that
 * sends nothing while it is silent is silent in the recording too. Needs no timers: with each packet all is played
 * that was due before it.
 */
export class Recording {
  readonly #decoder: TrackDecoder;
  readonly #sink: SoundSink;
  readonly #longest: number;
  #began: number | undefined;
  #playedUntil = 0;
  #samples = 0;
  #energy = 0;
  #heard = 0;
  #full = false;

  /** `longestSeconds`: what comes after is left out. */
  constructor(decoder: OpusDecoder, sink: SoundSink, longestSeconds = Number.POSITIVE_INFINITY) {
    this.#decoder = new TrackDecoder(decoder, { leastLagMs });
    this.#sink = sink;
    this.#longest = Math.round(longestSeconds * sampleRate);
  }

  /** Length so far, silence included, seconds. */
  get seconds(): number {
    return this.#samples / sampleRate;
  }

  /** Whether it is as long as it may be. */
  get complete(): boolean {
    return this.#full || this.#samples >= this.#longest;
  }

  /** Whether something was left out because it did not fit where it goes; nothing after it is recorded. */
  get full(): boolean {
    return this.#full;
  }

  get counters(): TrackDecoderCounters {
    return this.#decoder.counters;
  }

  /** Level of what was heard, without the silence of pauses, dBFS of the mean power. */
  get level(): number {
    return this.#energy === 0 ? Number.NEGATIVE_INFINITY : 10 * Math.log10(this.#energy / this.#heard);
  }

  /** When the first packet arrived, ms. */
  get began(): number | undefined {
    return this.#began;
  }

  add(packet: Uint8Array, arrivedAtMs: number): void {
    if (this.#began === undefined) this.#playedUntil = arrivedAtMs;
    this.#playUntil(arrivedAtMs);
    this.#decoder.push(packet, arrivedAtMs);
    if (this.#decoder.active) this.#began ??= arrivedAtMs;
  }

  /** Ends it with all that has arrived; a pause at the end is silence too. */
  end(nowMs: number): void {
    this.#playUntil(nowMs);
    while (this.counters.depthMs > 0) this.#play();
  }

  close(): void {
    this.#decoder.close();
  }

  #playUntil(nowMs: number): void {
    while (this.#playedUntil + stepMs <= nowMs) {
      if (this.#decoder.active) this.#play();
      else this.#pause(Math.floor((nowMs - this.#playedUntil) / stepMs) * stepMs);
    }
  }

  #play(): void {
    const sound = this.#decoder.pull(step, this.#playedUntil);
    this.#playedUntil += stepMs;
    if (this.#samples === 0 && this.counters.packets === 0) return;
    this.#write(sound);
    const energy = sound.reduce((sum, sample) => sum + (sample / fullScale) ** 2, 0);
    if (energy === 0) return;
    this.#energy += energy;
    this.#heard += sound.length;
  }

  #pause(ms: number): void {
    this.#playedUntil += ms;
    // At once, however long it was: nothing else could be done meanwhile.
    if (this.#samples > 0) this.#append(ms * samplesPerMs, (samples) => this.#sink.skip(samples));
  }

  #write(sound: Int16Array): void {
    this.#append(sound.length, (samples) => this.#sink.write(sound.subarray(0, samples)));
  }

  #append(samples: number, put: (fitting: number) => boolean): void {
    const fitting = Math.min(samples, this.#longest - this.#samples);
    if (this.#full) return;
    if (put(fitting)) this.#samples += fitting;
    else this.#full = true;
  }
}
