import { readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { crc32 } from './crc32.ts';

/**
 * The header of every datagram:
 *
 *     0                   1
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 *    +-+-+---+-----------------------+
 *    |T|C|ses|        peer id        |   T: sent time follows; C: commands are compressed
 *    +-+-+---+-----------------------+
 *    |  sent time (low 16 bits, ms)  |   only with T
 *    +-------------------------------+
 *    |                               |
 *    +       CRC-32 (32 bits)        +   only between hosts that use checksums
 *    |                               |
 *    +-------------------------------+
 *
 * The peer id is the receiver's index of the connection. The checksum covers the whole datagram, with the
 * connection's id (0 while the peer id is 0xFFF) standing in the checksum's own place.
 */
export interface DatagramHeader {
  readonly peerId: number;
  readonly session: number;
  readonly compressed: boolean;
  /** Undefined where the datagram carries none. */
  readonly sentTime: number | undefined;
  /** Where the checksum is, or would be. */
  readonly size: number;
}

export const MAXIMUM_HEADER_SIZE = 8;
/** The header as ENet reckons it when it cuts packets into fragments: always with the sent time. */
export const TIMED_HEADER_SIZE = 4;
export const CHECKSUM_SIZE = 4;

const SENT_TIME = 0x8000;
const COMPRESSED = 0x4000;

/** Undefined when there are too few bytes. */
export function readDatagramHeader(datagram: Uint8Array): DatagramHeader | undefined {
  if (datagram.length < 2) return undefined;
  const word = readU16(datagram, 0);
  const timed = (word & SENT_TIME) !== 0;
  if (timed && datagram.length < 4) return undefined;
  return {
    peerId: word & 0xfff,
    session: (word >>> 12) & 3,
    compressed: (word & COMPRESSED) !== 0,
    sentTime: timed ? readU16(datagram, 2) : undefined,
    size: timed ? 4 : 2,
  };
}

/** Writes the header so that it ends at `end`, and returns where it begins. Leaves the checksum open. */
export function writeDatagramHeader(
  bytes: Uint8Array,
  end: number,
  header: { peerId: number; session: number; sentTime: number | undefined; checksum: boolean },
): number {
  let start = end;
  if (header.checksum) start -= CHECKSUM_SIZE;
  if (header.sentTime !== undefined) {
    start -= 2;
    writeU16(bytes, start, header.sentTime);
  }
  start -= 2;
  writeU16(
    bytes,
    start,
    header.peerId | (header.session << 12) | (header.sentTime === undefined ? 0 : SENT_TIME),
  );
  return start;
}

const idBytes = new Uint8Array(CHECKSUM_SIZE);

/** The checksum of a datagram whose checksum field is at `position`. */
export function datagramChecksum(datagram: Uint8Array, position: number, connectId: number): number {
  writeU32(idBytes, 0, connectId);
  const head = crc32(datagram, 0, position);
  return crc32(datagram, position + CHECKSUM_SIZE, datagram.length, crc32(idBytes, 0, CHECKSUM_SIZE, head));
}

export function checksumMatches(datagram: Uint8Array, position: number, connectId: number): boolean {
  if (datagram.length < position + CHECKSUM_SIZE) return false;
  return readU32(datagram, position) === datagramChecksum(datagram, position, connectId);
}
