import { CHECKSUM_SIZE, TIMED_HEADER_SIZE } from './datagram-header.ts';
import type { OutgoingChannel } from './outgoing-channel.ts';
import type { PacketKind } from './packet.ts';
import { commandSize, type SendCommand } from './protocol.ts';
import { sequenceAfter } from './sequence.ts';

/** Number a fragment carries, and the piece of the packet in it. */
interface Piece {
  readonly fragmentNumber: number;
  readonly fragmentOffset: number;
  readonly payload: Uint8Array;
}

/** What decides how a packet is put into commands. */
export interface Packaging {
  readonly channel: number;
  readonly kind: PacketKind;
  /** Longest payload of one command; longer packets are cut into fragments of this length. */
  readonly fragmentLength: number;
  /** A long packet that is not reliable stays so, instead of travelling as reliable fragments. */
  readonly fragmentUnreliably: boolean;
  /** Draws the next number of an unsequenced packet. */
  readonly nextGroup: () => number;
}

/** Longest payload of one command, such that a fragment with its header fills a datagram. */
export function longestPayload(mtu: number, checksum: boolean): number {
  return mtu - TIMED_HEADER_SIZE - (checksum ? CHECKSUM_SIZE : 0) - commandSize['send-fragment'];
}

/** The commands that carry `data`, in order, numbered from `numbers`. */
export function packetize(data: Uint8Array, numbers: OutgoingChannel, packaging: Packaging): SendCommand[] {
  const { channel, kind, fragmentLength, fragmentUnreliably, nextGroup } = packaging;
  const acknowledge = true;
  const unsequenced = false;
  if (data.length > fragmentLength) {
    const pieces = cut(data, fragmentLength);
    const whole = { channel, fragmentCount: pieces.length, totalLength: data.length };
    if (kind !== 'reliable' && fragmentUnreliably && !numbers.unreliableSpent) {
      const type = 'send-unreliable-fragment';
      const startSequence = numbers.nextUnreliable();
      const { reliableSequence } = numbers;
      return pieces.map((piece) => ({
        type,
        acknowledge: false,
        unsequenced,
        reliableSequence,
        startSequence,
        ...whole,
        ...piece,
      }));
    }
    const startSequence = sequenceAfter(numbers.reliableSequence, 1);
    return pieces.map((piece) => ({
      type: 'send-fragment',
      acknowledge,
      unsequenced,
      reliableSequence: numbers.nextReliable(),
      startSequence,
      ...whole,
      ...piece,
    }));
  }
  const payload = data;
  if (kind === 'unsequenced') {
    const header = { acknowledge: false, unsequenced: true, channel, reliableSequence: 0 };
    return [{ type: 'send-unsequenced', ...header, group: nextGroup(), payload }];
  }
  if (kind === 'reliable' || numbers.unreliableSpent) {
    const reliableSequence = numbers.nextReliable();
    return [{ type: 'send-reliable', acknowledge, unsequenced, channel, reliableSequence, payload }];
  }
  const { reliableSequence } = numbers;
  const unreliableSequence = numbers.nextUnreliable();
  const header = { acknowledge: false, unsequenced, channel, reliableSequence };
  return [{ type: 'send-unreliable', ...header, unreliableSequence, payload }];
}

function cut(data: Uint8Array, length: number): Piece[] {
  const pieces: Piece[] = [];
  for (let fragmentOffset = 0; fragmentOffset < data.length; fragmentOffset += length) {
    const payload = data.subarray(fragmentOffset, fragmentOffset + length);
    pieces.push({ fragmentNumber: pieces.length, fragmentOffset, payload });
  }
  return pieces;
}
