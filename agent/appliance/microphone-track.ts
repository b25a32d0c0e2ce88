import type { Microphone } from '../../devices/microphone/microphone.ts';
import type { TrackEncoder } from '../audio/track-encoder.ts';
import type { OutgoingTrack } from '../place/outgoing-track.ts';

/** Carries what the microphone hears to the track of the place, whenever there is one. */
export class MicrophoneTrack {
  readonly #microphone: Microphone;
  readonly #encoder: TrackEncoder;
  readonly #track: OutgoingTrack;
  #leave: (() => void)[] = [];

  constructor(microphone: Microphone, encoder: TrackEncoder, track: OutgoingTrack) {
    this.#microphone = microphone;
    this.#encoder = encoder;
    this.#track = track;
  }

  start(): void {
    this.#leave = [
      this.#track.observe({ changed: () => this.#follow() }),
      this.#microphone.frames(({ samples }) => this.#encoder.write(samples)),
    ];
    this.#follow();
  }

  stop(): void {
    for (const leave of this.#leave) leave();
    this.#encoder.close();
  }

  /** A refusal of the place shows as a fault of the microphone until the place thinks again. */
  #follow(): void {
    const { state, failure } = this.#track;
    this.#encoder.sendTo(state === 'allocated' ? this.#track : undefined);
    this.#microphone.setTrackFault(state === 'failed' ? failure?.message : undefined);
  }
}
