import type { Dialect } from './dialect.ts';
import { forbid } from './never-sent.ts';
import { accept, type Outcome, reject } from './rejection.ts';

/*
 * Media channel, agent to place to agents, unreliable.
 *
 *   0               4                     n
 *   +---------------+---------------------+-----+
 *   | track id, u32 | payload, one packet | end |
 *   | big endian    | of the codec (Opus) |     |
 *   +---------------+---------------------+-----+
 */

export interface MediaPacket {
  readonly trackId: number;
  readonly payload: Uint8Array;
}

/** Deployed places abort on media packets of less than 7 bytes in all. */
export const SHORTEST_PAYLOAD = 3;
export const LONGEST_PAYLOAD = 1 << 16;

const HEADER = 4;

/** The payload is a view of `bytes`. The end is cut off exactly where the dialect adds one. */
export function decodeMedia(bytes: Uint8Array, dialect: Dialect): Outcome<MediaPacket> {
  const end = dialect.packetEnd.length;
  if (bytes.length > HEADER + LONGEST_PAYLOAD + end)
    return reject('ALLO_E_WIRE_TOO_LARGE', `${bytes.length} bytes`);
  if (bytes.length <= HEADER + end) return reject('ALLO_E_WIRE_MEDIA_SHORT', `${bytes.length} bytes`);
  if (end && bytes.at(-1) !== dialect.packetEnd.charCodeAt(0))
    return reject('ALLO_E_WIRE_END', 'media without its end');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return accept({ trackId: view.getUint32(0), payload: bytes.subarray(HEADER, bytes.length - end) });
}

export function encodeMedia(packet: MediaPacket, dialect: Dialect): Outcome<Uint8Array> {
  const { trackId, payload } = packet;
  if (!Number.isInteger(trackId) || trackId < 0 || trackId > 0xffff_ffff)
    return forbid('track-number', 'a track id is an unsigned 32-bit integer');
  if (!(payload instanceof Uint8Array)) return forbid('short-media', 'a payload that is no bytes');
  if (payload.length < SHORTEST_PAYLOAD) return forbid('short-media', `a payload of ${payload.length} bytes`);
  if (payload.length > LONGEST_PAYLOAD)
    return reject('ALLO_E_WIRE_TOO_LARGE', `a payload of ${payload.length} bytes`);
  const end = dialect.packetEnd;
  const bytes = new Uint8Array(HEADER + payload.length + end.length);
  new DataView(bytes.buffer).setUint32(0, trackId);
  bytes.set(payload, HEADER);
  if (end) bytes[bytes.length - 1] = end.charCodeAt(0);
  return accept(bytes);
}
