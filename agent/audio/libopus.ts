import { createRequire } from 'node:module';
import { AlloError } from '../errors.ts';

/** Requests of `opus_encoder_ctl` that set an int. Those that read expect a pointer, so there are none here. */
export const request = {
  bitrate: 4002,
  complexity: 4010,
  inbandFec: 4012,
  packetLossPerc: 4014,
  dtx: 4016,
} as const;

export const applications = { voip: 2048, audio: 2049, lowdelay: 2051 } as const;

/** An encoder or a decoder: memory of JavaScript's, so that there is nothing to free, and nothing to use once freed. */
export type OpusState = Uint8Array;

/**
 * What is called of libopus, as `opus.h` has it. Lengths of sound are in samples of a channel; what is returned is a
 * length too, or below 0 one of its errors.
 */
export interface Libopus {
  readonly encoderSize: number;
  readonly decoderSize: number;
  initEncoder(state: OpusState, rate: number, channels: number, application: number): number;
  setEncoder(state: OpusState, request: number, value: number): number;
  encode(state: OpusState, pcm: Int16Array, samples: number, packet: Uint8Array, bytes: number): number;
  initDecoder(state: OpusState, rate: number, channels: number): number;
  /** `packet` is null for one that was lost; `fec` 1 asks for the copy that `packet` carries of the one before it. */
  decode(
    state: OpusState,
    packet: Uint8Array | null,
    bytes: number,
    pcm: Int16Array,
    samples: number,
    fec: 0 | 1,
  ): number;
  errorText(error: number): string;
}

type EncoderCtl = (state: OpusState, request: number, type: 'int', value: number) => number;

/** The one of Debian's package libopus0; every libopus since 1.0 has this name. */
export const libopusFile = 'libopus.so.0';

/**
 * The machine's libopus, called through koffi: native code, NEON where the processor has it, and nothing to compile.
 * Throws ALLO_E_AUDIO_OPUS.
 */
export function loadLibopus(file = libopusFile): Libopus {
  const koffi = loadKoffi();
  try {
    const library = koffi.load(file);
    const encoderCtl = library.func('int opus_encoder_ctl(void *st, int request, ...)') as EncoderCtl;
    return {
      encoderSize: library.func('int opus_encoder_get_size(int channels)')(1) as number,
      decoderSize: library.func('int opus_decoder_get_size(int channels)')(1) as number,
      initEncoder: library.func(
        'int opus_encoder_init(void *st, int32_t Fs, int channels, int application)',
      ) as Libopus['initEncoder'],
      setEncoder: (state, which, value) => encoderCtl(state, which, 'int', value),
      encode: library.func(
        'int32_t opus_encode(void *st, const void *pcm, int frame_size, void *data, int32_t max_data_bytes)',
      ) as Libopus['encode'],
      initDecoder: library.func(
        'int opus_decoder_init(void *st, int32_t Fs, int channels)',
      ) as Libopus['initDecoder'],
      decode: library.func(
        'int opus_decode(void *st, const void *data, int32_t len, void *pcm, int frame_size, int decode_fec)',
      ) as Libopus['decode'],
      errorText: library.func('const char *opus_strerror(int error)') as Libopus['errorText'],
    };
  } catch (cause) {
    throw absent(`${file} cannot be loaded (apt-get install libopus0): ${firstLine(cause)}`, cause);
  }
}

function loadKoffi(): typeof import('koffi') {
  try {
    return createRequire(import.meta.url)('koffi') as typeof import('koffi');
  } catch (cause) {
    throw absent(`koffi, through which libopus is called, cannot be loaded: ${firstLine(cause)}`, cause);
  }
}

function absent(reason: string, cause: unknown): AlloError {
  return new AlloError('ALLO_E_AUDIO_OPUS', reason, { cause });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
