import { describe, expect, it } from 'vitest';
import { IncomingChannel } from './incoming-channel.ts';
import type { Packet } from './packet.ts';
import type { SendFragment } from './protocol.ts';
import type { DropReason } from './statistics.ts';
import { WaitingData, type WaitingLimits } from './waiting-data.ts';

const header = { acknowledge: true, unsequenced: false, channel: 0 };
const text = (packet: Packet) => new TextDecoder().decode(packet.data);
const bytes = (content: string) => new TextEncoder().encode(content);

function scene(limits: Partial<WaitingLimits> = {}) {
  const delivered: Packet[] = [];
  const drops: DropReason[] = [];
  const waiting = new WaitingData({
    maximumPacketSize: 100_000,
    maximumWaitingData: 100_000,
    maximumFragments: 1000,
    ...limits,
  });
  const owner = {
    deliver(packet: Packet) {
      delivered.push(packet);
      waiting.release(packet.data.length);
    },
    drop: (reason: DropReason) => void drops.push(reason),
  };
  const channel = new IncomingChannel(0, owner, waiting);
  const reliable = (reliableSequence: number, content: string | Uint8Array) =>
    channel.receiveReliable({
      type: 'send-reliable',
      ...header,
      reliableSequence,
      payload: typeof content === 'string' ? bytes(content) : content,
    });
  const unreliable = (reliableSequence: number, unreliableSequence: number, content: string) =>
    channel.receiveUnreliable({
      type: 'send-unreliable',
      ...header,
      reliableSequence,
      unreliableSequence,
      payload: bytes(content),
    });
  /** Fragment `number` of a packet that consists of the letters of `whole`, one a fragment. */
  const piece = (
    startSequence: number,
    whole: string,
    number: number,
    change: Partial<SendFragment> = {},
  ) => ({
    ...header,
    reliableSequence: startSequence + number,
    startSequence,
    fragmentCount: whole.length,
    fragmentNumber: number,
    totalLength: whole.length,
    fragmentOffset: number,
    payload: bytes(whole[number]!),
    ...change,
  });
  const fragment = (start: number, whole: string, number: number, change?: Partial<SendFragment>) =>
    channel.receiveFragment({ type: 'send-fragment', ...piece(start, whole, number, change) });
  const unreliableFragment = (current: number, start: number, whole: string, number: number) =>
    channel.receiveUnreliableFragment({
      type: 'send-unreliable-fragment',
      ...piece(start, whole, number, { reliableSequence: current }),
    });
  const seen = () => delivered.map(text);
  return { channel, waiting, drops, seen, reliable, unreliable, fragment, unreliableFragment };
}

describe('reliable packets', () => {
  it('are put back into order, each once', () => {
    const { reliable, seen, drops } = scene();
    for (const number of [3, 1, 3, 2, 1, 4]) expect(reliable(number, `${number}`)).toBe(true);
    expect(seen()).toEqual(['1', '2', '3', '4']);
    expect(drops).toEqual(['duplicate', 'duplicate']);
  });

  it('go on past 65,535', () => {
    const { reliable, seen, channel } = scene();
    for (let number = 1; number <= 70_000; number++) reliable(number & 0xffff, '');
    expect(seen().length).toBe(70_000);
    expect(channel.reliableSequence).toBe(70_000 & 0xffff);
  });

  it('too far ahead are dropped', () => {
    const { reliable, drops, waiting } = scene();
    expect(reliable(7 * 4096, 'x')).toBe(true);
    expect(drops).toEqual(['window']);
    expect(waiting.bytes).toBe(0);
  });

  it('are refused while too much waits, except the one all others wait for', () => {
    const { reliable, seen, drops, waiting } = scene({ maximumWaitingData: 1000 });
    for (let number = 2; number <= 5; number++) reliable(number, new Uint8Array(400));
    expect(drops).toEqual(['waiting-data', 'waiting-data']);
    expect(reliable(1, 'first')).toBe(true);
    expect(seen().length).toBe(3);
    expect(waiting.bytes).toBe(0);
    expect(reliable(4, 'again')).toBe(true);
    expect(seen().length).toBe(4);
  });
});

describe('reliable fragments', () => {
  it('become a packet in whatever order they come, and take as many numbers', () => {
    const { reliable, fragment, seen, drops, waiting } = scene();
    reliable(5, 'next');
    for (const number of [2, 0, 2, 3, 1]) expect(fragment(1, 'abcd', number)).toBe(true);
    expect(seen()).toEqual(['abcd', 'next']);
    expect(drops).toEqual(['duplicate']);
    expect([waiting.bytes, waiting.fragments]).toEqual([0, 0]);
  });

  it('go on over the wrap of the numbers', () => {
    const { reliable, fragment, seen } = scene();
    for (let number = 1; number <= 65_534; number++) reliable(number, '');
    for (const number of [1, 3, 0, 2]) fragment(65_535, 'wrap', number);
    reliable(3, 'after');
    expect(seen().slice(-2)).toEqual(['wrap', 'after']);
  });

  it.each<[string, Partial<SendFragment>, DropReason]>([
    ['that are empty', { payload: new Uint8Array() }, 'bad-fragment'],
    ['numbered beyond their count', { fragmentNumber: 4 }, 'bad-fragment'],
    ['of which there are none', { fragmentCount: 0 }, 'bad-fragment'],
    ['of which there are too many', { fragmentCount: 1_048_577, totalLength: 2_000_000 }, 'bad-fragment'],
    ['of packets shorter than their count', { totalLength: 3 }, 'bad-fragment'],
    ['that begin behind the end', { fragmentOffset: 4 }, 'bad-fragment'],
    ['that reach beyond the end', { payload: new Uint8Array(5) }, 'bad-fragment'],
    ['of packets too large', { totalLength: 100_001 }, 'oversize'],
  ])('%s are faults', (_, change, reason) => {
    const { fragment, drops, waiting } = scene();
    expect(fragment(1, 'abcd', 0, change)).toBe(false);
    expect(drops).toEqual([reason]);
    expect(waiting.bytes).toBe(0);
  });

  it('that contradict the first one are faults', () => {
    const { reliable, fragment, drops, seen } = scene();
    fragment(2, 'abcd', 0);
    expect(fragment(2, 'abcd', 1, { totalLength: 5 })).toBe(false);
    expect(fragment(2, 'abcd', 1, { fragmentCount: 3 })).toBe(false);
    reliable(9, 'whole');
    expect(fragment(9, 'abcd', 1)).toBe(false);
    expect(drops).toEqual(['bad-fragment', 'bad-fragment', 'bad-fragment']);
    expect(seen()).toEqual([]);
  });

  it('leave nothing behind that a faulty sender numbered among them', () => {
    const { reliable, unreliable, fragment, seen, waiting } = scene();
    reliable(3, 'inside');
    unreliable(2, 1, 'inside');
    for (const number of [0, 1, 2, 3]) fragment(1, 'abcd', number);
    reliable(5, 'next');
    expect(seen()).toEqual(['abcd', 'next']);
    expect(waiting.bytes).toBe(0);
  });

  it('are bounded in number', () => {
    const { fragment, drops } = scene({ maximumFragments: 5 });
    expect(fragment(5, 'abcd', 0)).toBe(true);
    expect(fragment(20, 'efgh', 0)).toBe(false);
    expect(drops).toEqual(['waiting-data']);
    expect(fragment(1, 'ijkl', 0)).toBe(true);
  });
});

describe('unreliable packets', () => {
  it('are dropped when something newer was delivered', () => {
    const { unreliable, seen, drops } = scene();
    for (const number of [1, 4, 2, 4, 5]) expect(unreliable(0, number, `${number}`)).toBe(true);
    expect(seen()).toEqual(['1', '4', '5']);
    expect(drops).toEqual(['expired', 'expired']);
  });

  it('wait for the reliable packet before them', () => {
    const { reliable, unreliable, seen } = scene();
    unreliable(1, 2, 'later');
    unreliable(1, 1, 'sooner');
    unreliable(2, 1, 'last');
    expect(seen()).toEqual([]);
    reliable(2, 'second');
    reliable(1, 'first');
    expect(seen()).toEqual(['first', 'sooner', 'later', 'second', 'last']);
  });

  it('start counting anew after each reliable packet', () => {
    const { reliable, unreliable, seen } = scene();
    unreliable(0, 65_535, 'high');
    reliable(1, 'reliable');
    unreliable(1, 1, 'low');
    expect(seen()).toEqual(['high', 'reliable', 'low']);
  });

  it('of before the last reliable packet are old', () => {
    const { reliable, unreliable, seen, drops } = scene();
    reliable(1, 'reliable');
    unreliable(0, 9, 'old');
    expect(seen()).toEqual(['reliable']);
    expect(drops).toEqual(['duplicate']);
  });
});

describe('unreliable fragments', () => {
  it('become a packet', () => {
    const { unreliableFragment, seen, waiting } = scene();
    for (const number of [3, 1, 0, 2]) unreliableFragment(0, 1, 'abcd', number);
    expect(seen()).toEqual(['abcd']);
    expect([waiting.bytes, waiting.fragments]).toEqual([0, 0]);
  });

  it('do not hold back what follows, and are dropped then', () => {
    const { unreliable, unreliableFragment, seen, drops, waiting } = scene();
    unreliableFragment(0, 1, 'abcd', 0);
    unreliable(0, 2, 'newer');
    unreliableFragment(0, 1, 'abcd', 1);
    expect(seen()).toEqual(['newer']);
    expect(drops).toEqual(['incomplete', 'expired']);
    expect([waiting.bytes, waiting.fragments]).toEqual([0, 0]);
  });

  it('that never complete make room', () => {
    const { unreliableFragment, reliable, seen, waiting } = scene({ maximumWaitingData: 1000 });
    for (let number = 1; number <= 100; number++) unreliableFragment(0, number, 'abcd', 0);
    expect(waiting.bytes).toBeLessThan(1500);
    reliable(2, 'second');
    reliable(1, 'first');
    expect(seen()).toEqual(['first', 'second']);
  });

  it('complete ahead of their reliable packet wait for it', () => {
    const { reliable, unreliableFragment, seen } = scene();
    for (const number of [0, 1]) unreliableFragment(1, 1, 'ab', number);
    reliable(1, 'first');
    expect(seen()).toEqual(['first', 'ab']);
  });
});

it('clear leaves no account open', () => {
  const { channel, reliable, unreliable, fragment, unreliableFragment, waiting } = scene();
  reliable(9, 'x');
  fragment(2, 'abcd', 1);
  unreliable(1, 1, 'y');
  unreliableFragment(0, 1, 'ab', 0);
  channel.clear();
  expect([waiting.bytes, waiting.fragments]).toEqual([0, 0]);
});
