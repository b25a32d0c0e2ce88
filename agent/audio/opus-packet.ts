/*
 * What an Opus packet tells of itself without being decoded (RFC 6716, section 3.1 and 3.2). Its first byte:
 *
 *    0 1 2 3 4 5 6 7
 *   +-+-+-+-+-+-+-+-+
 *   | config  |s| c |   config: mode, bandwidth and length of a frame; s: stereo; c: how many frames
 *   +-+-+-+-+-+-+-+-+
 */

const silkFrames = [10, 20, 40, 60] as const;
const hybridFrames = [10, 20] as const;
const celtFrames = [2.5, 5, 10, 20] as const;
const firstHybrid = 12;
const firstCelt = 16;

/** Every packet holds a multiple of this, ms. */
export const shortestFrameMs = 2.5;
/** No packet holds more, ms. */
export const longestPacketMs = 120;

/** The length of the sound in `packet`, 2.5 to 120 ms; undefined where the bytes are no Opus packet. */
export function packetMs(packet: Uint8Array): number | undefined {
  const [first, second] = packet;
  if (first === undefined) return undefined;
  const config = first >> 3;
  const frame =
    config < firstHybrid
      ? silkFrames[config % 4]!
      : config < firstCelt
        ? hybridFrames[config % 2]!
        : celtFrames[config % 4]!;
  const ms = frame * framesIn(first % 4, second);
  return ms > 0 && ms <= longestPacketMs ? ms : undefined;
}

function framesIn(code: number, second: number | undefined): number {
  if (code === 0) return 1;
  return code === 3 ? (second ?? 0) % 64 : 2;
}
