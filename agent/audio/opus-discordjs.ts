import { createRequire } from 'node:module';
import { sampleRate, samplesPerMs } from '../../devices/sound/pcm.ts';
import { AlloError } from '../errors.ts';
import { checkFrame, checkSettings, type OpusBinding, type OpusSettings } from './opus.ts';

/** What is used of `@discordjs/opus` 0.10; the package is optional, and so are its types. */
interface NativeOpus {
  encode(pcm: Buffer): Buffer;
  decode(packet: Buffer): Buffer;
  applyEncoderCTL(request: number, value: number): void;
}
type NativeOpusClass = new (rate: number, channels: number) => NativeOpus;
type Require = (name: string) => { OpusEncoder: NativeOpusClass };

const packageRequire: Require = createRequire(import.meta.url);

/**
 * Requests of `opus_defines.h`. Only these are ever passed on: the package hands any number to libopus as it
 * is, and one that expects a pointer crashes the process.
 */
const request = {
  application: 4000,
  bitrate: 4002,
  complexity: 4010,
  inbandFec: 4012,
  packetLossPerc: 4014,
  dtx: 4016,
} as const;

const applications = { voip: 2048, audio: 2049, lowdelay: 2051 } as const;

/**
 * The package has no call for lost packets, and none for error correction. But a packet of only its first byte, of one
 * frame without content, is to libopus one that was lost: concealed for as long as that byte says, whatever came before.
 */
const emptyPackets = [
  { ms: 20, packet: Uint8Array.of(31 << 3) },
  { ms: 10, packet: Uint8Array.of(30 << 3) },
  { ms: 5, packet: Uint8Array.of(29 << 3) },
  { ms: 2.5, packet: Uint8Array.of(28 << 3) },
] as const;

/** libopus 1.3 as native code: two thirds of the CPU time of WebAssembly. Throws ALLO_E_AUDIO_OPUS if absent. */
export function openDiscordjsOpus(requirePackage = packageRequire): OpusBinding {
  const NativeOpus = load(requirePackage);
  return {
    name: 'discordjs',

    async createEncoder(settings) {
      checkSettings(settings);
      const encoder = new NativeOpus(sampleRate, 1);
      configure(encoder, settings);
      return {
        encode(frame) {
          // A buffer of any other length makes libopus fail, and the package then abort the process.
          checkFrame(frame, settings);
          return encoder.encode(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
        },
        setDtx: (on) => encoder.applyEncoderCTL(request.dtx, on ? 1 : 0),
        close() {
          // The package frees it when it is collected.
        },
      };
    },

    async createDecoder() {
      const decoder = new NativeOpus(sampleRate, 1);
      const decode = (packet: Uint8Array): Int16Array | undefined => {
        if (packet.length === 0) return undefined;
        try {
          const pcm = decoder.decode(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
          return new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength));
        } catch {
          return undefined;
        }
      };
      return {
        decode,
        conceal(ms) {
          const sound = new Int16Array(ms * samplesPerMs);
          let filled = 0;
          for (const { ms: length, packet } of emptyPackets)
            while (sound.length - filled >= length * samplesPerMs) {
              sound.set(decode(packet) ?? [], filled);
              filled += length * samplesPerMs;
            }
          return sound;
        },
        close() {
          // The package frees it when it is collected.
        },
      };
    },
  };
}

/** `application` must come before the first frame, so it comes first of all. */
function configure(encoder: NativeOpus, settings: OpusSettings): void {
  encoder.applyEncoderCTL(request.application, applications[settings.application]);
  encoder.applyEncoderCTL(request.bitrate, settings.bitrate);
  encoder.applyEncoderCTL(request.complexity, settings.complexity);
  encoder.applyEncoderCTL(request.inbandFec, settings.fec ? 1 : 0);
  encoder.applyEncoderCTL(request.packetLossPerc, settings.expectedLoss);
}

function load(requirePackage: Require): NativeOpusClass {
  try {
    return requirePackage('@discordjs/opus').OpusEncoder;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new AlloError('ALLO_E_AUDIO_OPUS', `@discordjs/opus cannot be loaded: ${reason}`, { cause: error });
  }
}
