import { sampleRate, samplesPerMs } from '../../devices/sound/pcm.ts';
import { AlloError } from '../errors.ts';
import { applications, type Libopus, loadLibopus, request } from './libopus.ts';
import { checkFrame, checkGap, checkSettings, frameLength, type OpusBinding } from './opus.ts';
import { longestPacketMs } from './opus-packet.ts';

const channels = 1;
/** Of a packet of one frame, bytes (RFC 6716, section 3.2.1). */
const largestPacket = 1275;

/** The machine's own libopus as native code: two thirds of the CPU time of WebAssembly. Throws ALLO_E_AUDIO_OPUS if absent. */
export function openLibopus(load: () => Libopus = loadLibopus): OpusBinding {
  const libopus = load();
  const checked = (result: number): number => {
    if (result < 0) throw new AlloError('ALLO_E_AUDIO_LIBOPUS', libopus.errorText(result));
    return result;
  };
  // Where libopus writes to: as large as anything it makes of one frame or one packet. Its calls never overlap.
  const written = new Uint8Array(largestPacket);
  const heard = new Int16Array(longestPacketMs * samplesPerMs);

  return {
    name: 'libopus',

    async createEncoder(settings) {
      checkSettings(settings);
      const state = new Uint8Array(libopus.encoderSize);
      const set = (which: number, value: number) => checked(libopus.setEncoder(state, which, value));
      checked(libopus.initEncoder(state, sampleRate, channels, applications[settings.application]));
      set(request.bitrate, settings.bitrate);
      set(request.complexity, settings.complexity);
      set(request.inbandFec, settings.fec ? 1 : 0);
      set(request.packetLossPerc, settings.expectedLoss);
      const samples = frameLength(settings);
      return {
        encode(frame) {
          // libopus reads as much as it is told to, whatever is there.
          checkFrame(frame, settings);
          return written.slice(0, checked(libopus.encode(state, frame, samples, written, written.length)));
        },
        setDtx: (on) => void set(request.dtx, on ? 1 : 0),
        close() {
          // Its memory is collected.
        },
      };
    },

    async createDecoder() {
      const state = new Uint8Array(libopus.decoderSize);
      checked(libopus.initDecoder(state, sampleRate, channels));
      const decode = (packet: Uint8Array, room: number, fec: 0 | 1): Int16Array | undefined => {
        // Without bytes it would be a lost one.
        if (packet.length === 0) return undefined;
        const samples = libopus.decode(state, packet, packet.length, heard, room, fec);
        return samples < 0 ? undefined : heard.slice(0, samples);
      };
      return {
        decode: (packet) => decode(packet, heard.length, 0),
        conceal(ms) {
          checkGap(ms);
          return heard.slice(0, checked(libopus.decode(state, null, 0, heard, ms * samplesPerMs, 0)));
        },
        recover(next, ms) {
          checkGap(ms);
          return decode(next, ms * samplesPerMs, 1);
        },
        close() {
          // Its memory is collected.
        },
      };
    },
  };
}
