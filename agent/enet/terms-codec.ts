import { readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import type { Terms } from './protocol.ts';

/**
 * The terms of a connection, as CONNECT offers and VERIFY_CONNECT settles them:
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+---------------+---------------+
 *    |       outgoing peer id        | incoming sess.| outgoing sess.|
 *    +-------------------------------+---------------+---------------+
 *    |                              MTU                              |
 *    +---------------------------------------------------------------+
 *    |                          window size                          |
 *    +---------------------------------------------------------------+
 *    |                         channel count                         |
 *    +---------------------------------------------------------------+
 *    |              incoming bandwidth, bytes per second             |
 *    +---------------------------------------------------------------+
 *    |              outgoing bandwidth, bytes per second             |
 *    +---------------------------------------------------------------+
 *    |                     throttle interval, ms                     |
 *    +---------------------------------------------------------------+
 *    |                     throttle acceleration                     |
 *    +---------------------------------------------------------------+
 *    |                     throttle deceleration                     |
 *    +---------------------------------------------------------------+
 *    |                          connect id                           |
 *    +---------------------------------------------------------------+
 */
export function readTerms(bytes: Uint8Array, offset: number): Terms {
  return {
    outgoingPeerId: readU16(bytes, offset),
    incomingSession: bytes[offset + 2]!,
    outgoingSession: bytes[offset + 3]!,
    mtu: readU32(bytes, offset + 4),
    windowSize: readU32(bytes, offset + 8),
    channelCount: readU32(bytes, offset + 12),
    incomingBandwidth: readU32(bytes, offset + 16),
    outgoingBandwidth: readU32(bytes, offset + 20),
    throttleInterval: readU32(bytes, offset + 24),
    throttleAcceleration: readU32(bytes, offset + 28),
    throttleDeceleration: readU32(bytes, offset + 32),
    connectId: readU32(bytes, offset + 36),
  };
}

export function writeTerms(bytes: Uint8Array, offset: number, terms: Terms): void {
  writeU16(bytes, offset, terms.outgoingPeerId);
  bytes[offset + 2] = terms.incomingSession;
  bytes[offset + 3] = terms.outgoingSession;
  writeU32(bytes, offset + 4, terms.mtu);
  writeU32(bytes, offset + 8, terms.windowSize);
  writeU32(bytes, offset + 12, terms.channelCount);
  writeU32(bytes, offset + 16, terms.incomingBandwidth);
  writeU32(bytes, offset + 20, terms.outgoingBandwidth);
  writeU32(bytes, offset + 24, terms.throttleInterval);
  writeU32(bytes, offset + 28, terms.throttleAcceleration);
  writeU32(bytes, offset + 32, terms.throttleDeceleration);
  writeU32(bytes, offset + 36, terms.connectId);
}
