import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodedSize, readCommand, writeCommand } from './command-codec.ts';
import type { Command } from './protocol.ts';

const reliable = { acknowledge: true, unsequenced: false, channel: 2, reliableSequence: 0x1234 };
const unreliable = { ...reliable, acknowledge: false };
const payload = Uint8Array.of(0xaa, 0xbb);
const terms = {
  outgoingPeerId: 0x0102,
  incomingSession: 0xff,
  outgoingSession: 1,
  mtu: 1392,
  windowSize: 65_536,
  channelCount: 3,
  incomingBandwidth: 0,
  outgoingBandwidth: 0x01020304,
  throttleInterval: 5000,
  throttleAcceleration: 2,
  throttleDeceleration: 2,
  connectId: 0xdeadbeef,
};
const termsHex = '0102ff01 00000570 00010000 00000003 00000000 01020304 00001388 00000002 00000002 deadbeef';
const fragment = {
  startSequence: 0x0a0b,
  fragmentCount: 3,
  fragmentNumber: 1,
  totalLength: 5,
  fragmentOffset: 2,
  payload,
};
const fragmentHex = '0a0b 0002 00000003 00000001 00000005 00000002 aabb';

/** Each command and its bytes, checked against `enet/protocol.h`. */
const examples: readonly [Command, string][] = [
  [
    { type: 'acknowledge', ...unreliable, receivedSequence: 0x1234, receivedSentTime: 0xfedc },
    '01 02 1234 1234 fedc',
  ],
  [{ type: 'connect', ...reliable, channel: 0xff, ...terms, data: 7 }, `82 ff 1234 ${termsHex} 00000007`],
  [{ type: 'verify-connect', ...reliable, channel: 0xff, ...terms }, `83 ff 1234 ${termsHex}`],
  [{ type: 'disconnect', ...reliable, data: 0xffffffff }, '84 02 1234 ffffffff'],
  [{ type: 'disconnect', ...unreliable, unsequenced: true, data: 1 }, '44 02 1234 00000001'],
  [{ type: 'ping', ...reliable }, '85 02 1234'],
  [{ type: 'send-reliable', ...reliable, payload }, '86 02 1234 0002 aabb'],
  [{ type: 'send-unreliable', ...unreliable, unreliableSequence: 9, payload }, '07 02 1234 0009 0002 aabb'],
  [{ type: 'send-fragment', ...reliable, ...fragment }, `88 02 1234 ${fragmentHex}`],
  [
    { type: 'send-unsequenced', ...unreliable, unsequenced: true, group: 5, payload },
    '49 02 1234 0005 0002 aabb',
  ],
  [
    { type: 'bandwidth-limit', ...reliable, incomingBandwidth: 1, outgoingBandwidth: 2 },
    '8a 02 1234 00000001 00000002',
  ],
  [
    { type: 'throttle-configure', ...reliable, interval: 1, acceleration: 2, deceleration: 3 },
    '8b 02 1234 00000001 00000002 00000003',
  ],
  [{ type: 'send-unreliable-fragment', ...unreliable, ...fragment }, `0c 02 1234 ${fragmentHex}`],
];

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('a command', () => {
  it.each(examples)('is written as ENet writes it: $type', (command, hex) => {
    const bytes = new Uint8Array(encodedSize(command) + 3);
    expect(writeCommand(bytes, 3, command)).toBe(bytes.length);
    expect(Buffer.from(bytes.subarray(3)).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  it.each(examples)('is read back: $type', (command, hex) => {
    expect(readCommand(bytesOf(`0000${hex}ffff`), 2)).toEqual(command);
  });

  it.each(examples)('is refused wherever it is cut off: $type', (_, hex) => {
    const bytes = bytesOf(hex);
    for (let length = 0; length < bytes.length; length++)
      expect(readCommand(bytes.subarray(0, length), 0)).toBe('truncated-command');
  });

  it('is refused when its type does not exist', () => {
    for (const type of [0x80, 0x8d, 0x0e, 0x0f])
      expect(readCommand(Uint8Array.of(type, 0, 0, 1, 0, 0, 0, 0), 0)).toBe('unknown-command');
  });

  it('has a payload that is a plain view, even of a Node.js Buffer', () => {
    const command = readCommand(Buffer.from(bytesOf('86 00 0001 0002 aabb')), 0);
    const { payload: view } = command as Extract<Command, { type: 'send-reliable' }>;
    expect(Object.getPrototypeOf(view)).toBe(Uint8Array.prototype);
  });

  it('is read from any bytes without throwing, and written back as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const command = readCommand(bytes, 0);
        if (typeof command === 'string') return;
        const written = new Uint8Array(encodedSize(command));
        writeCommand(written, 0, command);
        const read = bytes.slice(0, written.length);
        read[0]! &= 0xcf; // Two bits mean nothing.
        expect(written).toEqual(read);
      }),
    );
  });
});
