import { describe, expect, it } from 'vitest';
import { encodedSize, readCommand } from './command-codec.ts';
import { DatagramBuilder } from './datagram-builder.ts';
import { DEFAULT_TIMEOUTS, OutgoingCommands } from './outgoing.ts';
import { OutgoingChannel } from './outgoing-channel.ts';
import type { PacketKind } from './packet.ts';
import { packetize } from './packetize.ts';
import { CONTROL_CHANNEL, type Command } from './protocol.ts';
import { RoundTrip } from './round-trip.ts';
import { Throttle } from './throttle.ts';

const MTU = 1392;

function scene() {
  const counts = { throttled: 0, retransmitted: 0 };
  const terms = {
    mtu: MTU,
    windowSize: 65_536,
    roundTrip: new RoundTrip(),
    throttling: new Throttle(),
    channels: [new OutgoingChannel(), new OutgoingChannel()],
    exemptChannels: new Set<number>(),
    timeouts: DEFAULT_TIMEOUTS,
    drop: (reason: 'throttled') => void counts[reason]++,
    retransmitted: () => void counts.retransmitted++,
  };
  const outgoing = new OutgoingCommands(terms);
  const builder = new DatagramBuilder(false);
  let group = 0;
  const send = (kind: PacketKind, length: number, channel = 0, fragmentUnreliably = false) => {
    const packaging = {
      channel,
      kind,
      fragmentLength: MTU - 28,
      fragmentUnreliably,
      nextGroup: () => ++group,
    };
    for (const command of packetize(new Uint8Array(length), terms.channels[channel]!, packaging))
      outgoing.queue(command);
  };
  /** Everything that goes out at `now`, as read from the datagrams. */
  const flush = (now: number): Command[] => {
    const commands: Command[] = [];
    for (let more = true; more; ) {
      builder.begin(MTU);
      more = outgoing.fill(builder, now).more;
      if (builder.empty) break;
      const datagram = builder.finish({ peerId: 0, session: 0, connectId: 0 }, now);
      const timed = datagram[0]! & 0x80;
      for (let offset = timed ? 4 : 2; offset < datagram.length; ) {
        const command = readCommand(datagram, offset) as Command;
        commands.push(command);
        offset += encodedSize(command);
      }
    }
    return commands;
  };
  const ping = () =>
    outgoing.queue({
      type: 'ping',
      acknowledge: true,
      unsequenced: false,
      channel: CONTROL_CHANNEL,
      reliableSequence: 1,
    });
  return { outgoing, terms, counts, send, flush, ping };
}

const numbers = (commands: readonly Command[]) => commands.map(({ reliableSequence }) => reliableSequence);

describe('what is sent', () => {
  it('leaves in the order of queueing, whatever its kind', () => {
    const { send, flush, ping } = scene();
    send('unreliable', 10);
    send('reliable', 10);
    send('unsequenced', 10);
    ping();
    send('reliable', 10);
    send('unreliable', 10);
    expect(flush(0).map(({ type, reliableSequence }) => `${type} ${reliableSequence}`)).toEqual([
      'send-unreliable 0',
      'send-reliable 1',
      'send-unsequenced 0',
      'ping 1',
      'send-reliable 2',
      'send-unreliable 2',
    ]);
  });

  it('is cut into fragments where it is too long for a datagram', () => {
    const { send, flush } = scene();
    send('reliable', 3000);
    send('unreliable', 3000, 0, true);
    send('unreliable', 3000);
    const commands = flush(0);
    expect(commands.map(({ type }) => type)).toEqual([
      ...Array(3).fill('send-fragment'),
      ...Array(3).fill('send-unreliable-fragment'),
      ...Array(3).fill('send-fragment'),
    ]);
    expect(numbers(commands)).toEqual([1, 2, 3, 3, 3, 3, 4, 5, 6]);
    expect(commands[5]).toMatchObject({
      startSequence: 1,
      fragmentCount: 3,
      fragmentNumber: 2,
      fragmentOffset: 2728,
      totalLength: 3000,
    });
    expect(commands[8]).toMatchObject({ startSequence: 4 });
  });

  it('is reliable when the unreliable numbers run out', () => {
    const { outgoing, send, flush, terms } = scene();
    for (let n = 0; n < 65_535; n++) terms.channels[0]!.nextUnreliable();
    send('unreliable', 10);
    send('unreliable', 10);
    expect(flush(0)).toMatchObject([
      { type: 'send-reliable', reliableSequence: 1 },
      { type: 'send-unreliable', reliableSequence: 1, unreliableSequence: 1 },
    ]);
    expect(outgoing.bytesInFlight).toBe(10);
  });

  it('wraps its reliable numbers', () => {
    const { outgoing, send, flush } = scene();
    for (let n = 1; n <= 65_537; n++) {
      send('reliable', 1);
      const [number] = numbers(flush(n));
      if (number !== (n & 0xffff)) expect.fail(`number ${number} after ${n} packets`);
      outgoing.acknowledge(0, n & 0xffff);
    }
  });
});

describe('the window', () => {
  it('holds back reliable data beyond its size until something is acknowledged', () => {
    const { outgoing, send, flush } = scene();
    for (let n = 0; n < 70; n++) send('reliable', 1000);
    expect(flush(0).length).toBe(65);
    expect(outgoing.bytesInFlight).toBe(65_000);
    expect(flush(1)).toEqual([]);
    outgoing.acknowledge(0, 3);
    expect(numbers(flush(2))).toEqual([66]);
  });

  it('shrinks with the throttle, but always lets one datagram out', () => {
    const { send, flush, terms } = scene();
    terms.throttling.value = 1;
    for (let n = 0; n < 10; n++) send('reliable', 1000);
    expect(flush(0).length).toBe(2);
    terms.throttling.value = 0;
    expect(flush(1).length).toBe(0);
  });

  it('does not hold back what is not reliable', () => {
    const { send, flush, ping } = scene();
    for (let n = 0; n < 70; n++) send('reliable', 1000);
    flush(0);
    ping();
    send('unreliable', 10);
    send('unsequenced', 10);
    expect(flush(1).map(({ type }) => type)).toEqual(['ping', 'send-unreliable', 'send-unsequenced']);
  });

  it('does not let a channel lap itself, however small its packets', () => {
    const { outgoing, send, flush, terms } = scene();
    for (let n = 0; n < 66_000; n++) send('reliable', 0);
    // A full window stops its channel,
    expect(flush(0).length).toBe(8191);
    outgoing.acknowledge(0, 4096);
    expect(flush(1).length).toBe(4096);
    // and so does number 1 when the next ten windows reach around to it.
    for (let n = 2; n <= 0xffff; n++) {
      outgoing.acknowledge(0, n);
      if (n % 4096 === 0) flush(n);
    }
    expect(outgoing.bytesInFlight).toBe(0);
    expect(terms.channels[0]!.windows.blocks(7 * 4096)).toBe(true);
    expect(flush(70_000)).toEqual([]);
    outgoing.acknowledge(0, 1);
    expect(flush(70_001)[0]!.reliableSequence).toBe(7 * 4096);
  });
});

describe('retransmission', () => {
  it('comes after the round trip and four times its variance, doubling each time', () => {
    const { outgoing, terms, send, flush, counts } = scene();
    terms.roundTrip.sample(100, 0, 5000); // 100 + 4 * 50.5 = 302
    send('reliable', 10);
    flush(1000);
    const times: number[] = [];
    for (let due = outgoing.nextTimeout; times.length < 4; due = outgoing.nextTimeout) {
      expect(outgoing.checkTimeouts(due - 0.001)).toBe(true);
      expect(flush(due - 0.001)).toEqual([]);
      expect(outgoing.checkTimeouts(due)).toBe(true);
      expect(flush(due).length).toBe(1);
      times.push(due - 1000);
    }
    expect(times).toEqual([302, 302 + 604, 302 + 604 + 1208, 302 + 604 + 1208 + 2416]);
    expect(counts.retransmitted).toBe(4);
  });

  it('goes before what was never sent, in the old order', () => {
    const { outgoing, send, flush } = scene();
    for (let n = 1; n <= 3; n++) send('reliable', 10);
    flush(0);
    outgoing.acknowledge(0, 2);
    send('reliable', 10);
    outgoing.checkTimeouts(500);
    expect(numbers(flush(500))).toEqual([1, 3, 4]);
  });

  it('is called off by an acknowledgement that comes while it waits', () => {
    const { outgoing, send, flush } = scene();
    send('reliable', 10);
    flush(0);
    outgoing.checkTimeouts(500);
    expect(outgoing.bytesInFlight).toBe(0);
    expect(outgoing.acknowledge(0, 1)).toMatchObject({ type: 'send-reliable' });
    expect(flush(500)).toEqual([]);
    expect(outgoing.idle).toBe(true);
    expect(outgoing.queuedBytes).toBe(0);
    expect(outgoing.nextTimeout).toBe(Number.POSITIVE_INFINITY);
    expect(outgoing.acknowledge(0, 1)).toBeUndefined();
  });

  it('counts only what is in flight against the window', () => {
    const { outgoing, send, flush } = scene();
    for (let n = 0; n < 65; n++) send('reliable', 1000);
    flush(0);
    outgoing.checkTimeouts(500);
    expect(outgoing.bytesInFlight).toBe(0);
    expect(flush(500).length).toBe(65);
    expect(outgoing.bytesInFlight).toBe(65_000);
    for (let n = 1; n <= 65; n++) outgoing.acknowledge(0, n);
    expect(outgoing.bytesInFlight).toBe(0);
  });
});

describe('giving up', () => {
  /** When a command sent at 0 that is never acknowledged is given up. */
  function givenUp(roundTrip: number | undefined, timeouts = DEFAULT_TIMEOUTS): number {
    const { outgoing, terms, send, flush } = scene();
    if (roundTrip !== undefined) terms.roundTrip.sample(roundTrip, 0, 5000);
    terms.timeouts = timeouts;
    send('reliable', 1);
    flush(0);
    for (;;) {
      const due = outgoing.nextTimeout;
      if (!outgoing.checkTimeouts(due)) return due;
      flush(due);
    }
  }

  it('comes after six attempts and five seconds', () => {
    expect(givenUp(undefined)).toBe(500 * (2 ** 6 - 1)); // As for a CONNECT: half a second at first.
    expect(givenUp(1)).toBe(5000); // Six attempts are soon made; the tenth would come after 6.6 s.
  });

  it('comes after thirty seconds at the latest', () => {
    expect(givenUp(undefined, { ...DEFAULT_TIMEOUTS, limit: 2 ** 20 })).toBe(31_500);
    expect(givenUp(4000)).toBeGreaterThanOrEqual(30_000);
  });

  it('follows its settings', () => {
    expect(givenUp(1, { limit: 4, minimum: 0, maximum: 30_000 })).toBe(13 * (2 ** 3 - 1));
    expect(givenUp(1, { limit: 2 ** 20, minimum: 0, maximum: 100 })).toBe(13 * (2 ** 4 - 1));
  });

  it('is put off by any acknowledgement', () => {
    const { outgoing, terms, send, flush } = scene();
    terms.roundTrip.sample(1, 0, 5000);
    terms.timeouts = { limit: 2, minimum: 150, maximum: 200 };
    send('reliable', 1);
    flush(0);
    for (let n = 0; n < 3; n++) {
      const due = outgoing.nextTimeout;
      outgoing.checkTimeouts(due);
      flush(due);
    }
    outgoing.heard();
    expect(outgoing.checkTimeouts(outgoing.nextTimeout)).toBe(true);
  });
});

describe('the throttle', () => {
  it('holds back unreliable packets in proportion, and counts them', () => {
    const { send, flush, terms, counts } = scene();
    terms.throttling.value = 15;
    for (let n = 0; n < 32; n++) send(n % 2 ? 'unreliable' : 'unsequenced', 10);
    expect(flush(0).length).toBe(16);
    expect(counts.throttled).toBe(16);
  });

  it('lets exempt channels and reliable packets alone', () => {
    const { send, flush, terms, counts } = scene();
    terms.throttling.value = 0;
    terms.exemptChannels.add(1);
    for (let n = 0; n < 32; n++) send('unreliable', 10, 1);
    for (let n = 0; n < 32; n++) send('reliable', 10, 0);
    expect(flush(0).length).toBe(64);
    expect(counts.throttled).toBe(0);
  });

  it('drops all fragments of a packet or none', () => {
    const { outgoing, send, flush, terms, counts } = scene();
    terms.throttling.value = 15;
    for (let n = 0; n < 32; n++) send('unreliable', 3000, 0, true);
    const fragments = flush(0);
    expect(counts.throttled).toBe(16);
    expect(fragments.length).toBe(48);
    expect(
      new Set(fragments.map((command) => 'startSequence' in command && command.startSequence)).size,
    ).toBe(16);
    expect(outgoing.queuedBytes).toBe(0);
  });
});
