import { samplesPerMs } from '../../devices/sound/pcm.ts';
import { AlloError } from '../errors.ts';
import { longestPacketMs, shortestFrameMs } from './opus-packet.ts';

/** How sound is encoded: 48 kHz, mono. */
export interface OpusSettings {
  /** Length of every frame, ms. */
  readonly frameMs: 10 | 20;
  /** Bits per second, 6000 to 510000. */
  readonly bitrate: number;
  /** What is optimised for: intelligible speech, fidelity, or delay alone. */
  readonly application: 'voip' | 'audio' | 'lowdelay';
  /** Effort, 0 to 10: each step costs CPU and gains quality. */
  readonly complexity: number;
  /** In-band forward error correction: each packet carries a coarse copy of the one before. */
  readonly fec: boolean;
  /** Loss the error correction prepares for, percent. */
  readonly expectedLoss: number;
  /** Discontinuous transmission: whether silence goes unsent. */
  readonly dtx: boolean;
}

export const defaultOpusSettings: OpusSettings = {
  frameMs: 20,
  bitrate: 24_000,
  application: 'voip',
  complexity: 5,
  fec: true,
  expectedLoss: 10,
  dtx: true,
};

/** Encodes one stream; each frame changes its state. */
export interface OpusEncoder {
  /** One frame of exactly `frameMs` to one packet, 1 to 1275 bytes. Throws an `AlloError` (ALLO_E_AUDIO_FRAME). */
  encode(frame: Int16Array): Uint8Array;
  /**
   * Whether what libopus takes for silence becomes packets of 1 or 2 bytes, which need not be sent; at first not.
   * Steady sound of any loudness is silence to it: a tone, a hum, an alarm.
   */
  setDtx(on: boolean): void;
  close(): void;
}

/** Decodes one stream; each packet changes its state. */
export interface OpusDecoder {
  /** The sound of one packet, up to 120 ms; undefined where the bytes are no Opus packet. */
  decode(packet: Uint8Array): Int16Array | undefined;
  /**
   * Sound to stand in for what was lost, made from what came before, fading the longer nothing arrives. `ms`: a
   * multiple of 2.5, up to 120; throws an `AlloError` (ALLO_E_AUDIO_FRAME) on any other, as does `recover`.
   */
  conceal(ms: number): Int16Array;
  /**
   * The sound of the last `ms` before `next`, from the coarse copy that packet carries of the one before it where its
   * sender corrects errors, else as `conceal`; undefined where `next` is no Opus packet. `next` is to be decoded
   * itself afterwards.
   */
  recover(next: Uint8Array, ms: number): Int16Array | undefined;
  close(): void;
}

export type OpusBindingName = 'libopus' | 'wasm';

/** One build of libopus. */
export interface OpusBinding {
  readonly name: OpusBindingName;
  /** Rejects with an `AlloError` (ALLO_E_AUDIO_SETTING). */
  createEncoder(settings: OpusSettings): Promise<OpusEncoder>;
  createDecoder(): Promise<OpusDecoder>;
}

/** Samples in one frame. */
export function frameLength({ frameMs }: OpusSettings): number {
  return frameMs * samplesPerMs;
}

/** Throws ALLO_E_AUDIO_SETTING at the first setting libopus would not take. */
export function checkSettings(settings: OpusSettings): void {
  if (settings.frameMs !== 10 && settings.frameMs !== 20) refuse('frameMs', settings.frameMs, '10 or 20');
  checkRange('bitrate', settings.bitrate, 6000, 510_000);
  checkRange('complexity', settings.complexity, 0, 10);
  checkRange('expectedLoss', settings.expectedLoss, 0, 100);
}

/** Throws ALLO_E_AUDIO_FRAME unless `frame` is as long as libopus was told: of a shorter one it reads past the end. */
export function checkFrame(frame: Int16Array, settings: OpusSettings): void {
  const expected = frameLength(settings);
  if (frame.length === expected) return;
  throw new AlloError('ALLO_E_AUDIO_FRAME', `a frame has ${frame.length} samples, not ${expected}`);
}

/** Throws ALLO_E_AUDIO_FRAME unless libopus can fill a gap of `ms`. */
export function checkGap(ms: number): void {
  if (ms > 0 && ms <= longestPacketMs && Number.isInteger(ms / shortestFrameMs)) return;
  throw new AlloError(
    'ALLO_E_AUDIO_FRAME',
    `a gap is of ${ms} ms, not a multiple of ${shortestFrameMs} up to ${longestPacketMs}`,
  );
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    refuse(name, value, `a whole number, ${min} to ${max}`);
}

function refuse(name: string, value: unknown, expected: string): never {
  throw new AlloError('ALLO_E_AUDIO_SETTING', `${name} is ${String(value)}, not ${expected}`);
}
