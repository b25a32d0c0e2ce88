import { LevelMeter, silenceDbfs } from '../../devices/sound/level.ts';
import { frameLength, type OpusBinding, type OpusEncoder, type OpusSettings } from './opus.ts';

/** Where packets go: the track a place allocated. */
export interface TrackSender {
  /** Sends one Opus packet, unreliably. False where it was not taken. */
  send(payload: Uint8Array): boolean;
}

/** What became of the frames, counted since the encoder was made. */
export interface TrackCounters {
  /** Packets the track took. */
  readonly sent: number;
  /** Packets the track refused. */
  readonly refused: number;
  /** Frames of silence, which are not sent. */
  readonly silent: number;
  /** Frames lost to the encoder: it failed, or was not ready. */
  readonly lost: number;
  /** Failures of the encoder. */
  readonly errors: number;
}

/** Discontinuous transmission: a packet no longer than this says only that the silence goes on. */
const longestDtxPacket = 2;
/** Sound louder than this is sent however steady it is: libopus takes an alarm's tone for silence. */
const quietDbfs = -50;
/** Quiet that is still sent, so that the sound before it fades as it should. */
const quietTailMs = 200;
/** An encoder that fails this often in a row is replaced. */
const errorsBeforeReplacement = 5;
/** Frames after which the making of an encoder is tried again, if it failed. */
const framesBeforeRetry = 50;

type State =
  | { readonly kind: 'absent'; framesToRetry: number }
  | { readonly kind: 'opening' }
  | { readonly kind: 'ready'; readonly encoder: OpusEncoder };

/**
 * PCM frames to packets on a track. Silence is not sent, which no more ends the track than a muted microphone
 * does; whatever fails is counted and costs a frame, never the stream.
 */
export class TrackEncoder {
  readonly #settings: OpusSettings;
  readonly #binding: OpusBinding;
  readonly #counters = { sent: 0, refused: 0, silent: 0, lost: 0, errors: 0 };
  #sender: TrackSender | undefined;
  #state: State = { kind: 'absent', framesToRetry: 0 };
  #errorsInARow = 0;
  readonly #meter = new LevelMeter();
  #quietMs = 0;
  #dtx = false;

  constructor(settings: OpusSettings, binding: OpusBinding) {
    this.#settings = settings;
    this.#binding = binding;
  }

  get counters(): TrackCounters {
    return { ...this.#counters };
  }

  /** Gives the track to send on, with an encoder as new as its listeners' decoders; undefined while there is none. */
  sendTo(sender: TrackSender | undefined): void {
    if (sender === this.#sender) return;
    this.#sender = sender;
    this.#discardEncoder();
    if (sender) this.#openEncoder();
  }

  /** Encodes and sends one frame. Without a track nothing is done. Never throws. */
  write(frame: Int16Array): void {
    if (!this.#sender) return;
    const level = this.#levelOf(frame);
    this.#quietMs = level < quietDbfs ? this.#quietMs + this.#settings.frameMs : 0;
    const mayPause = this.#settings.dtx && this.#quietMs > quietTailMs;
    if (mayPause && level <= silenceDbfs) {
      // The zeros of a microphone that is switched off are not even worth encoding.
      this.#counters.silent++;
      return;
    }
    const packet = this.#encode(frame, mayPause);
    if (!packet) this.#counters.lost++;
    else if (packet.length <= longestDtxPacket) this.#counters.silent++;
    else if (this.#sender.send(packet)) this.#counters.sent++;
    else this.#counters.refused++;
  }

  /** Frees the encoder; `sendTo` would make another. */
  close(): void {
    this.sendTo(undefined);
  }

  #levelOf(frame: Int16Array): number {
    this.#meter.add(frame);
    return this.#meter.take();
  }

  #encode(frame: Int16Array, dtx: boolean): Uint8Array | undefined {
    const state = this.#state;
    if (state.kind === 'absent' && state.framesToRetry-- <= 0) this.#openEncoder();
    if (state.kind !== 'ready') return undefined;
    try {
      if (dtx !== this.#dtx) state.encoder.setDtx(dtx);
      this.#dtx = dtx;
      const packet = state.encoder.encode(frame);
      this.#errorsInARow = 0;
      return packet;
    } catch {
      this.#counters.errors++;
      // A frame of a wrong length is no fault of the encoder's.
      if (frame.length === frameLength(this.#settings)) this.#errorsInARow++;
      if (this.#errorsInARow >= errorsBeforeReplacement) {
        this.#discardEncoder();
        this.#openEncoder();
      }
      return undefined;
    }
  }

  #openEncoder(): void {
    const opening: State = { kind: 'opening' };
    this.#state = opening;
    this.#errorsInARow = 0;
    this.#dtx = false;
    this.#binding.createEncoder(this.#settings).then(
      (encoder) => {
        if (this.#state === opening) this.#state = { kind: 'ready', encoder };
        else encoder.close();
      },
      () => {
        this.#counters.errors++;
        if (this.#state === opening) this.#state = { kind: 'absent', framesToRetry: framesBeforeRetry };
      },
    );
  }

  #discardEncoder(): void {
    if (this.#state.kind === 'ready') this.#state.encoder.close();
    this.#state = { kind: 'absent', framesToRetry: 0 };
  }
}
