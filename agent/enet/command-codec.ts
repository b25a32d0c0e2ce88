import { readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import type { Command, CommandHeader, CommandType, SendFragment } from './protocol.ts';
import { commandSize } from './protocol.ts';
import { readTerms, writeTerms } from './terms-codec.ts';

/**
 * Every command begins alike:
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+---+-------+---------------+-------------------------------+
 *    |A|U| 0 | type  |    channel    |   reliable sequence number    |
 *    +-+-+---+-------+---------------+-------------------------------+
 *
 *    A: acknowledge me; U: unsequenced
 */
const ACKNOWLEDGE = 0x80;
const UNSEQUENCED = 0x40;
const HEADER_SIZE = 4;

/** In the order of their numbers on the wire, from 1. */
const types = [
  'acknowledge',
  'connect',
  'verify-connect',
  'disconnect',
  'ping',
  'send-reliable',
  'send-unreliable',
  'send-fragment',
  'send-unsequenced',
  'bandwidth-limit',
  'throttle-configure',
  'send-unreliable-fragment',
] as const satisfies readonly CommandType[];

const wireNumber = Object.fromEntries(types.map((type, index) => [type, index + 1])) as Record<
  CommandType,
  number
>;

/** Why the bytes at a place in a datagram are no command. */
export type CommandRejection = 'unknown-command' | 'truncated-command';

/** Bytes a command takes on the wire, payload included. */
export function encodedSize(command: Command): number {
  return commandSize[command.type] + ('payload' in command ? command.payload.length : 0);
}

/** Reads the command at `offset`. A payload is a view into the datagram, not a copy. */
export function readCommand(datagram: Uint8Array, offset: number): Command | CommandRejection {
  if (datagram.length - offset < HEADER_SIZE) return 'truncated-command';
  const first = datagram[offset]!;
  const type = types[(first & 0x0f) - 1];
  if (type === undefined) return 'unknown-command';
  if (datagram.length - offset < commandSize[type]) return 'truncated-command';
  const acknowledge = (first & ACKNOWLEDGE) !== 0;
  const unsequenced = (first & UNSEQUENCED) !== 0;
  const channel = datagram[offset + 1]!;
  const reliableSequence = readU16(datagram, offset + 2);
  const body = offset + HEADER_SIZE;
  switch (type) {
    /*
     *  +-------------------------------+-------------------------------+
     *  |   received sequence number    |      received sent time       |
     *  +-------------------------------+-------------------------------+
     */
    case 'acknowledge': {
      const receivedSequence = readU16(datagram, body);
      const receivedSentTime = readU16(datagram, body + 2);
      return {
        type,
        acknowledge,
        unsequenced,
        channel,
        reliableSequence,
        receivedSequence,
        receivedSentTime,
      };
    }
    // The terms, then for CONNECT the data (32 bits): see terms-codec.ts.
    case 'connect': {
      const terms = readTerms(datagram, body);
      const data = readU32(datagram, body + 40);
      return { type, acknowledge, unsequenced, channel, reliableSequence, ...terms, data };
    }
    case 'verify-connect':
      return { type, acknowledge, unsequenced, channel, reliableSequence, ...readTerms(datagram, body) };
    /*
     *  +---------------------------------------------------------------+
     *  |                             data                              |
     *  +---------------------------------------------------------------+
     */
    case 'disconnect': {
      const data = readU32(datagram, body);
      return { type, acknowledge, unsequenced, channel, reliableSequence, data };
    }
    case 'ping':
      return { type, acknowledge, unsequenced, channel, reliableSequence };
    /*
     *  +-------------------------------+
     *  |          data length          |  data ...
     *  +-------------------------------+
     */
    case 'send-reliable': {
      const payload = readPayload(datagram, body, body + 2);
      if (payload === undefined) return 'truncated-command';
      return { type, acknowledge, unsequenced, channel, reliableSequence, payload };
    }
    /*
     *  +-------------------------------+-------------------------------+
     *  |  unreliable sequence number   |          data length          |  data ...
     *  +-------------------------------+-------------------------------+
     */
    case 'send-unreliable': {
      const payload = readPayload(datagram, body + 2, body + 4);
      if (payload === undefined) return 'truncated-command';
      const unreliableSequence = readU16(datagram, body);
      return { type, acknowledge, unsequenced, channel, reliableSequence, unreliableSequence, payload };
    }
    /*
     *  +-------------------------------+-------------------------------+
     *  |      unsequenced group        |          data length          |  data ...
     *  +-------------------------------+-------------------------------+
     */
    case 'send-unsequenced': {
      const payload = readPayload(datagram, body + 2, body + 4);
      if (payload === undefined) return 'truncated-command';
      const group = readU16(datagram, body);
      return { type, acknowledge, unsequenced, channel, reliableSequence, group, payload };
    }
    case 'send-fragment':
    case 'send-unreliable-fragment':
      return readFragment(datagram, body, type, { acknowledge, unsequenced, channel, reliableSequence });
    /*
     *  +---------------------------------------------------------------+
     *  |               incoming bandwidth, bytes per second            |
     *  +---------------------------------------------------------------+
     *  |               outgoing bandwidth, bytes per second            |
     *  +---------------------------------------------------------------+
     */
    case 'bandwidth-limit': {
      const incomingBandwidth = readU32(datagram, body);
      const outgoingBandwidth = readU32(datagram, body + 4);
      return {
        type,
        acknowledge,
        unsequenced,
        channel,
        reliableSequence,
        incomingBandwidth,
        outgoingBandwidth,
      };
    }
    /*
     *  +---------------------------------------------------------------+
     *  |                          interval, ms                         |
     *  +---------------------------------------------------------------+
     *  |                          acceleration                         |
     *  +---------------------------------------------------------------+
     *  |                          deceleration                         |
     *  +---------------------------------------------------------------+
     */
    case 'throttle-configure': {
      const interval = readU32(datagram, body);
      const acceleration = readU32(datagram, body + 4);
      const deceleration = readU32(datagram, body + 8);
      return {
        type,
        acknowledge,
        unsequenced,
        channel,
        reliableSequence,
        interval,
        acceleration,
        deceleration,
      };
    }
  }
}

/**
 * Reliable and unreliable fragments look alike:
 *
 *    +-------------------------------+-------------------------------+
 *    |     start sequence number     |          data length          |
 *    +-------------------------------+-------------------------------+
 *    |                        fragment count                         |
 *    +---------------------------------------------------------------+
 *    |                        fragment number                        |
 *    +---------------------------------------------------------------+
 *    |                         total length                          |
 *    +---------------------------------------------------------------+
 *    |                        fragment offset                        |
 *    +---------------------------------------------------------------+
 *    |  data ...
 */
function readFragment(
  datagram: Uint8Array,
  body: number,
  type: SendFragment['type'],
  { acknowledge, unsequenced, channel, reliableSequence }: CommandHeader,
): SendFragment | CommandRejection {
  const payload = readPayload(datagram, body + 2, body + 20);
  if (payload === undefined) return 'truncated-command';
  return {
    type,
    acknowledge,
    unsequenced,
    channel,
    reliableSequence,
    startSequence: readU16(datagram, body),
    fragmentCount: readU32(datagram, body + 4),
    fragmentNumber: readU32(datagram, body + 8),
    totalLength: readU32(datagram, body + 12),
    fragmentOffset: readU32(datagram, body + 16),
    payload,
  };
}

function readPayload(datagram: Uint8Array, lengthAt: number, start: number): Uint8Array | undefined {
  const length = readU16(datagram, lengthAt);
  if (length > datagram.length - start) return undefined;
  // Not `subarray`: of a Node.js Buffer that would be a Buffer, whose `slice` does not copy.
  return new Uint8Array(datagram.buffer, datagram.byteOffset + start, length);
}

/** Writes a command, payload included, and returns the offset behind it. There must be room. */
export function writeCommand(bytes: Uint8Array, offset: number, command: Command): number {
  bytes[offset] =
    wireNumber[command.type] |
    (command.acknowledge ? ACKNOWLEDGE : 0) |
    (command.unsequenced ? UNSEQUENCED : 0);
  bytes[offset + 1] = command.channel;
  writeU16(bytes, offset + 2, command.reliableSequence);
  const body = offset + HEADER_SIZE;
  switch (command.type) {
    case 'acknowledge':
      writeU16(bytes, body, command.receivedSequence);
      writeU16(bytes, body + 2, command.receivedSentTime);
      return body + 4;
    case 'connect':
      writeTerms(bytes, body, command);
      writeU32(bytes, body + 40, command.data);
      return body + 44;
    case 'verify-connect':
      writeTerms(bytes, body, command);
      return body + 40;
    case 'disconnect':
      writeU32(bytes, body, command.data);
      return body + 4;
    case 'ping':
      return body;
    case 'send-reliable':
      writeU16(bytes, body, command.payload.length);
      return writePayload(bytes, body + 2, command.payload);
    case 'send-unreliable':
      writeU16(bytes, body, command.unreliableSequence);
      writeU16(bytes, body + 2, command.payload.length);
      return writePayload(bytes, body + 4, command.payload);
    case 'send-unsequenced':
      writeU16(bytes, body, command.group);
      writeU16(bytes, body + 2, command.payload.length);
      return writePayload(bytes, body + 4, command.payload);
    case 'send-fragment':
    case 'send-unreliable-fragment':
      writeU16(bytes, body, command.startSequence);
      writeU16(bytes, body + 2, command.payload.length);
      writeU32(bytes, body + 4, command.fragmentCount);
      writeU32(bytes, body + 8, command.fragmentNumber);
      writeU32(bytes, body + 12, command.totalLength);
      writeU32(bytes, body + 16, command.fragmentOffset);
      return writePayload(bytes, body + 20, command.payload);
    case 'bandwidth-limit':
      writeU32(bytes, body, command.incomingBandwidth);
      writeU32(bytes, body + 4, command.outgoingBandwidth);
      return body + 8;
    case 'throttle-configure':
      writeU32(bytes, body, command.interval);
      writeU32(bytes, body + 4, command.acceleration);
      writeU32(bytes, body + 8, command.deceleration);
      return body + 12;
  }
}

function writePayload(bytes: Uint8Array, offset: number, payload: Uint8Array): number {
  bytes.set(payload, offset);
  return offset + payload.length;
}
