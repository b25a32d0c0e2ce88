import { Application, createDecoder, createEncoder, loadLibopus } from 'libopus-wasm';
import { sampleRate, samplesPerMs } from '../../devices/sound/pcm.ts';
import { checkFrame, checkGap, checkSettings, frameLength, type OpusBinding } from './opus.ts';

const applications = {
  voip: Application.Voip,
  audio: Application.Audio,
  lowdelay: Application.RestrictedLowDelay,
} as const;

const mono = { sampleRate, channels: 1 } as const;

/** libopus 1.6 as WebAssembly: runs wherever Node does, at one and a half times the CPU time of native code. */
export async function openWasmOpus(): Promise<OpusBinding> {
  await loadLibopus();
  return {
    name: 'wasm',

    async createEncoder(settings) {
      checkSettings(settings);
      const encoder = await createEncoder({
        ...mono,
        application: applications[settings.application],
        bitrate: settings.bitrate,
        complexity: settings.complexity,
        fec: settings.fec,
        frameSize: frameLength(settings),
        packetLossPercent: settings.expectedLoss,
      });
      return {
        encode(frame) {
          checkFrame(frame, settings);
          return encoder.encode(frame);
        },
        setDtx: (on) => encoder.setDtx(on),
        close: () => encoder.free(),
      };
    },

    async createDecoder() {
      const decoder = await createDecoder(mono);
      return {
        decode(packet) {
          if (packet.length === 0) return undefined;
          try {
            return decoder.decode(packet);
          } catch {
            return undefined;
          }
        },
        conceal(ms) {
          checkGap(ms);
          return decoder.decodePacketLoss(ms * samplesPerMs);
        },
        recover(next, ms) {
          checkGap(ms);
          if (next.length === 0) return undefined;
          try {
            return decoder.decode(next, { decodeFec: true, frameSize: ms * samplesPerMs });
          } catch {
            return undefined;
          }
        },
        close: () => decoder.free(),
      };
    },
  };
}
