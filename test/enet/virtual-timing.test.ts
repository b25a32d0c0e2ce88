import { describe, expect, it } from 'vitest';
import { listen, text, VirtualPair } from './virtual-pair.ts';

describe('an idle connection', () => {
  it('is pinged twice a second from each side, and does nothing else', () => {
    const pair = new VirtualPair();
    pair.connected();
    pair.time.run(1000);
    pair.sent.length = 0;
    pair.time.run(10_000);
    // A ping and its answer take 520 ms; where both sides ping at once, they share datagrams.
    expect(pair.sent.length).toBeGreaterThan(2 * 18);
    expect(pair.sent.length).toBeLessThanOrEqual(4 * 20);
  });

  it('is pinged as often as told', () => {
    const pair = new VirtualPair();
    const { ours, theirs } = pair.connected();
    ours.pingInterval = 100;
    theirs.pingInterval = 1e9;
    pair.time.run(1000);
    pair.sent.length = 0;
    pair.time.run(12_000);
    expect(pair.sent.filter(({ from }) => from === 'client').length).toBe(100);
  });

  it('measures its round trip to a fraction of a millisecond', () => {
    const pair = new VirtualPair({ faults: { delay: 3.4 } });
    const { ours, theirs } = pair.connected();
    pair.time.run(60_000);
    expect(ours.roundTripTime).toBeCloseTo(6.8, 3);
    expect(theirs.roundTripTime).toBeCloseTo(6.8, 3);
  });
});

describe('sending', () => {
  it('happens at the end of the turn, in as few datagrams as possible', () => {
    const pair = new VirtualPair();
    const { ours, theirHeard } = pair.connected();
    pair.sent.length = 0;
    for (const content of ['a', 'b', 'c']) ours.send(0, text(content), 'reliable');
    expect(pair.sent.length).toBe(0);
    pair.time.run(0);
    expect(pair.sent.length).toBe(1);
    pair.time.run(10);
    expect(theirHeard.packets.map((packet) => packet.text)).toEqual(['a', 'b', 'c']);
  });

  it('is acknowledged at the end of the turn, with the answer', () => {
    const pair = new VirtualPair();
    const { ours, theirs } = pair.connected();
    theirs.onPacket = (channel) => void theirs.send(channel, text('answer'), 'reliable');
    ours.pingInterval = theirs.pingInterval = 1e9;
    pair.time.run(1000);
    pair.sent.length = 0;
    ours.send(0, text('question'), 'reliable');
    pair.time.run(100);
    expect(pair.sent.map(({ at, from }) => `${from} ${at - 2200}`)).toEqual([
      'client 0',
      'server 10',
      'client 20',
    ]);
  });

  it('copies the bytes', () => {
    const pair = new VirtualPair();
    const { ours, theirHeard } = pair.connected();
    const bytes = Buffer.from('mine');
    ours.send(0, bytes, 'reliable');
    bytes.fill(0);
    pair.time.run(100);
    expect(theirHeard.packets).toEqual([{ channel: 0, text: 'mine', kind: 'reliable' }]);
  });

  it('is refused where it cannot be done', () => {
    const pair = new VirtualPair({ client: { maximumPacketSize: 1000, maximumQueuedData: 2500 } });
    const ours = pair.connect(2);
    expect(ours.send(0, text('early'), 'reliable')).toBe(false);
    pair.time.run(100);
    expect(ours.send(2, text('no such channel'), 'reliable')).toBe(false);
    expect(ours.send(0, new Uint8Array(1001), 'reliable')).toBe(false);
    expect([1, 2, 3].map(() => ours.send(0, new Uint8Array(1000), 'reliable'))).toEqual([true, true, false]);
    pair.time.run(100);
    expect(ours.send(0, new Uint8Array(1000), 'reliable')).toBe(true);
  });
});

describe('a peer that vanishes', () => {
  it('is given up five seconds after the first ping that it leaves unanswered', () => {
    const pair = new VirtualPair();
    const { heard } = pair.connected();
    pair.time.run(5000);
    pair.network.faults.loss = 1;
    const from = pair.time.now();
    expect(pair.time.runUntil(() => heard.ends.length > 0, 60_000)).toBe(true);
    expect(heard.ends).toEqual([{ reason: 'timeout', data: 0 }]);
    expect(pair.time.now() - from).toBeGreaterThan(5000);
    expect(pair.time.now() - from).toBeLessThan(5_600);
  });

  it('is given up as soon as told', () => {
    const pair = new VirtualPair();
    const { ours, heard } = pair.connected();
    pair.time.run(5000);
    ours.setTimeout({ limit: 4, minimum: 0 });
    pair.network.faults.loss = 1;
    const from = pair.time.now();
    expect(pair.time.runUntil(() => heard.ends.length > 0, 60_000)).toBe(true);
    expect(pair.time.now() - from).toBeLessThan(500 + 7 * 40);
  });
});

describe('settings that both sides share', () => {
  it('are told: the throttle', () => {
    const pair = new VirtualPair();
    const { ours } = pair.connected();
    const told = () => pair.sent.filter(({ datagram }) => (datagram[4]! & 0x0f) === 11).length;
    ours.configureThrottle({ deceleration: 0 });
    pair.time.run(100);
    expect(told()).toBe(1);
  });

  it('are shared out: bandwidth', () => {
    const pair = new VirtualPair({
      server: { incomingBandwidth: 100_000 },
      client: { outgoingBandwidth: 50_000 },
    });
    const { ours, theirs } = pair.connected();
    let arrived = 0;
    theirs.onPacket = (_, data) => {
      arrived += data.length;
    };
    const seconds = 20;
    for (let ms = 0; ms < seconds * 1000; ms += 10)
      pair.time.after(ms, () => void ours.send(0, new Uint8Array(1000), 'unreliable'));
    pair.time.run(seconds * 1000 + 100);
    // Twice what may be sent was offered: about half of it passes once the first second has shown so.
    expect(arrived / seconds).toBeGreaterThan(40_000);
    expect(arrived / seconds).toBeLessThan(65_000);
    expect(ours.statistics.drops.throttled).toBeGreaterThan(500);
  });

  it('do not wake anybody where there are no limits', () => {
    const pair = new VirtualPair();
    pair.connected();
    expect(pair.client.host.deadline - pair.time.now()).toBeGreaterThan(100);
  });
});

describe('a channel exempt from the throttle', () => {
  it('is not silenced by round trips that vary', () => {
    const pair = new VirtualPair({ faults: { delay: 20 } });
    const { ours, theirs } = pair.connected();
    ours.exemptFromThrottle(1);
    ours.configureThrottle({ acceleration: 0, deceleration: 32 });
    const { packets } = listen(theirs);
    pair.time.run(12_000);
    pair.network.faults.delay = 200;
    pair.time.run(3000);
    expect(ours.throttle).toBe(0);
    for (let n = 0; n < 64; n++) for (const channel of [0, 1]) ours.send(channel, text('x'), 'unreliable');
    pair.time.run(1000);
    expect(packets.filter(({ channel }) => channel === 1).length).toBe(64);
    expect(packets.filter(({ channel }) => channel === 0).length).toBe(2);
    expect(ours.statistics.drops.throttled).toBe(62);
  });
});
