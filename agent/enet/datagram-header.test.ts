import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { DatagramBuilder } from './datagram-builder.ts';
import { checksumMatches, readDatagramHeader } from './datagram-header.ts';

const ping = {
  type: 'ping',
  acknowledge: true,
  unsequenced: false,
  channel: 0xff,
  reliableSequence: 1,
} as const;
const goodbye = {
  type: 'disconnect',
  acknowledge: false,
  unsequenced: true,
  channel: 0xff,
  reliableSequence: 2,
  data: 0,
} as const;
const to = { peerId: 0x123, session: 2, connectId: 0xcafef00d };

describe('a datagram', () => {
  it('tells when it was sent if anything in it wants an acknowledgement', () => {
    const builder = new DatagramBuilder(false);
    builder.begin(1392);
    builder.add(ping);
    const datagram = builder.finish(to, 65_536 + 300.9);
    expect(Buffer.from(datagram).toString('hex')).toBe('a123012c85ff0001');
    expect(readDatagramHeader(datagram)).toEqual({
      peerId: 0x123,
      session: 2,
      compressed: false,
      sentTime: 300,
      size: 4,
    });
  });

  it('does without where nothing does', () => {
    const builder = new DatagramBuilder(false);
    builder.begin(1392);
    builder.add(goodbye);
    const datagram = builder.finish(to, 5);
    expect(Buffer.from(datagram).toString('hex')).toBe('212344ff000200000000');
    expect(readDatagramHeader(datagram)).toMatchObject({ sentTime: undefined, size: 2 });
  });

  it('carries the CRC-32 of itself with the connect id in its place', () => {
    const builder = new DatagramBuilder(true);
    builder.begin(1392);
    builder.add(ping);
    const datagram = builder.finish(to, 300);
    const copy = Buffer.from(datagram);
    const checksum = copy.readUInt32BE(4);
    copy.writeUInt32BE(to.connectId, 4);
    expect(checksum).toBe(crc32(copy));
    expect(checksumMatches(datagram, 4, to.connectId)).toBe(true);
    expect(checksumMatches(datagram, 4, 0)).toBe(false);
    datagram[9]! ^= 1;
    expect(checksumMatches(datagram, 4, to.connectId)).toBe(false);
  });

  it('holds at most 32 commands, and no more bytes than the MTU', () => {
    const builder = new DatagramBuilder(false);
    builder.begin(1392);
    let commands = 0;
    while (builder.add(ping)) commands++;
    expect(commands).toBe(32);
    builder.begin(600);
    const send = { ...ping, type: 'send-reliable', payload: new Uint8Array(600 - 4 - 6) } as const;
    expect(builder.add({ ...send, payload: new Uint8Array(600 - 4 - 5) })).toBe(false);
    expect(builder.add(send)).toBe(true);
    expect(builder.finish(to, 0).length).toBe(600);
  });

  it('stays as it is when the next is built', () => {
    const builder = new DatagramBuilder(false);
    const datagrams = Array.from({ length: 200 }, (_, n) => {
      builder.begin(1392);
      builder.add({ ...ping, type: 'send-reliable', payload: new Uint8Array(1000).fill(n) });
      return builder.finish(to, n);
    });
    datagrams.forEach((datagram, n) => {
      expect(datagram.subarray(10).every((byte) => byte === n % 256)).toBe(true);
    });
  });

  it('is nothing with too few bytes', () => {
    expect(readDatagramHeader(Uint8Array.of())).toBeUndefined();
    expect(readDatagramHeader(Uint8Array.of(0x20))).toBeUndefined();
    expect(readDatagramHeader(Uint8Array.of(0x80, 1, 2))).toBeUndefined();
  });
});
