import { periodSamples } from '../../devices/speaker/pcm-sink.ts';
import type { Mixer } from '../audio/mixer.ts';
import type { OpusBinding } from '../audio/opus.ts';
import { TrackDecoder, type TrackDecoderCounters } from '../audio/track-decoder.ts';
import type { ChosenTrack } from './speaker-choice.ts';

/** One track that is played. It is decoded from its first packet on; who is silent costs nothing. */
export class SpeakerVoice {
  readonly entityId: string;
  readonly #binding: OpusBinding;
  readonly #failed: (error: unknown) => void;
  #decoder: TrackDecoder | 'opening' | 'closed' | undefined;
  #gain = 0;
  #wanted: number;

  constructor({ entityId, gain }: ChosenTrack, binding: OpusBinding, failed: (error: unknown) => void) {
    this.entityId = entityId;
    this.#binding = binding;
    this.#failed = failed;
    this.#wanted = gain;
  }

  /** Whether there is something to be heard. */
  get active(): boolean {
    return this.#decoder instanceof TrackDecoder && this.#decoder.active;
  }

  /** What became of its packets; undefined before the first, and once closed. */
  get counters(): TrackDecoderCounters | undefined {
    return this.#decoder instanceof TrackDecoder ? this.#decoder.counters : undefined;
  }

  /** From now on this loud; the change is not heard as a step. */
  setGain(gain: number): void {
    this.#wanted = gain;
  }

  /** Takes a packet that arrived. What comes while the decoder is made is lost. */
  push(packet: Uint8Array, arrivedAtMs: number): void {
    if (this.#decoder === undefined) this.#open();
    if (this.#decoder instanceof TrackDecoder) this.#decoder.push(packet, arrivedAtMs);
  }

  /** Adds its next period of sound, where there is any. */
  addTo(mixer: Mixer, now: number): void {
    if (!this.active) return;
    mixer.add((this.#decoder as TrackDecoder).pull(periodSamples, now), this.#gain, this.#wanted);
    this.#gain = this.#wanted;
  }

  close(): void {
    if (this.#decoder instanceof TrackDecoder) this.#decoder.close();
    this.#decoder = 'closed';
  }

  #open(): void {
    this.#decoder = 'opening';
    this.#binding.createDecoder().then(
      (decoder) => {
        if (this.#decoder === 'opening') this.#decoder = new TrackDecoder(decoder);
        else decoder.close();
      },
      (error: unknown) => this.#failed(error),
    );
  }
}
