import { describe, expect, it } from 'vitest';
import { type EnetError, Host, HostDriver } from '../../agent/enet/index.ts';
import { listen, text, VirtualPair } from './virtual-pair.ts';

describe('connecting', () => {
  it('takes a round trip, and settles channels, MTU and data', () => {
    const pair = new VirtualPair({ server: { channelLimit: 3, mtu: 1000 }, client: { mtu: 1200 } });
    const ours = pair.connect(5, 0xfffffffe);
    let connectedAt = 0;
    ours.onConnect = () => {
      connectedAt = pair.time.now();
    };
    pair.time.run(100);
    expect(connectedAt).toBe(1020);
    const [{ peer: theirs, data } = expect.fail('nobody connected')] = pair.accepted;
    expect([ours.state, theirs.state, data]).toEqual(['connected', 'connected', 0xfffffffe]);
    expect([ours.channelCount, theirs.channelCount]).toEqual([3, 3]);
    expect([ours.mtu, theirs.mtu]).toEqual([1000, 1000]);
  });

  it('is repeated after half a second, doubling, and given up after 31.5 s', () => {
    const pair = new VirtualPair({ faults: { loss: 1 } });
    const { ends } = listen(pair.connect());
    pair.time.run(31_499);
    expect(ends).toEqual([]);
    pair.time.run(1);
    expect(ends).toEqual([{ reason: 'timeout', data: 0 }]);
    expect(pair.sent.map(({ at }) => at - 1000)).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
    pair.time.run(60_000);
    expect(pair.time.pending).toBe(0);
  });

  it('is one connection though CONNECT is repeated, until VERIFY_CONNECT gets through', () => {
    const pair = new VirtualPair();
    const ours = pair.connect();
    pair.time.run(15);
    pair.network.faults.loss = 1; // The answer is on its way already; nothing after it arrives.
    pair.time.run(400);
    pair.network.faults.loss = 0;
    pair.time.run(3000);
    expect(ours.state).toBe('connected');
    expect(pair.accepted.length).toBe(1);
    const lossy = new VirtualPair({ faults: { delay: 600 } });
    lossy.connect();
    lossy.time.run(5000);
    expect(lossy.accepted.length).toBe(1);
    expect(lossy.drops(lossy.server)['repeated-connect']).toBe(1);
  });

  it('is not answered by a host that accepts nobody, or is full', () => {
    const pair = new VirtualPair({ server: { peerLimit: 2 } });
    const peers = [pair.connect(), pair.connect(), pair.connect()];
    pair.time.run(100);
    expect(peers.map(({ state }) => state)).toEqual(['connected', 'connected', 'connecting']);
    expect(pair.drops(pair.server)).toEqual({ 'no-free-peer': 1 });
    pair.server.host.onConnect = undefined;
    peers[0]!.disconnect();
    pair.time.run(3000);
    expect(peers[2]!.state).toBe('connecting');
    expect(pair.drops(pair.server)['not-accepting']).toBeGreaterThan(0);
  });

  it('is not answered at port 0, to which no socket can send', () => {
    const pair = new VirtualPair();
    pair.connect();
    pair.time.run(5);
    const { datagram } = pair.sent[0]!;
    const from = { address: '10.0.0.9', port: 0, family: 'IPv4' } as const;
    pair.server.host.receive(datagram, from, pair.time.now());
    pair.time.run(2);
    expect(pair.sent.filter((sent) => sent.from === 'server')).toEqual([]);
    expect(pair.drops(pair.server)).toEqual({ 'no-port': 1 });
  });

  it('is limited per address', () => {
    const pair = new VirtualPair({ server: { duplicatePeers: 2 } });
    const peers = [pair.connect(), pair.connect(), pair.connect()];
    const elsewhere = new HostDriver(pair.network.socket(), pair.time);
    const other = elsewhere.host.connect(pair.server.socket.address);
    pair.time.run(100);
    expect(peers.filter(({ state }) => state === 'connected').length).toBe(2);
    expect(other.state).toBe('connected');
    expect(pair.drops(pair.server)).toEqual({ 'too-many-duplicate-peers': 1 });
  });

  it('fails where one side uses checksums and the other does not', () => {
    const pair = new VirtualPair({ client: { checksum: true } });
    const ours = pair.connect();
    pair.time.run(10_000);
    expect(ours.state).toBe('connecting');
    const both = new VirtualPair({ client: { checksum: true }, server: { checksum: true } });
    expect(both.connected().ours.state).toBe('connected');
  });

  it('refuses options out of range, and more peers than there may be', () => {
    const pair = new VirtualPair({ client: { peerLimit: 1 } });
    pair.connect();
    expect(() => pair.connect()).toThrow(expect.objectContaining({ code: 'ALLO_E_ENET_PEERS' }));
    expect(() => pair.connect(256)).toThrow(expect.objectContaining({ code: 'ALLO_E_ENET_OPTION' }));
    const output = { transmit: () => {}, wake: () => {} };
    const code = (error: unknown) => (error as EnetError).code;
    for (const options of [{ peerLimit: 0 }, { peerLimit: 4096 }, { mtu: 575 }, { channelLimit: 256 }]) {
      try {
        expect.fail(`took ${JSON.stringify(new Host(output, options).settings)}`);
      } catch (error) {
        expect(code(error)).toBe('ALLO_E_ENET_OPTION');
      }
    }
  });

  it('gives each connection of a slot another session, so that late datagrams miss it', () => {
    const pair = new VirtualPair();
    const { ours } = pair.connected();
    const late = pair.sent.filter(({ from }) => from === 'client').at(-1)!.datagram;
    ours.disconnect();
    pair.time.run(100);
    const again = pair.connected();
    expect(again.theirs.id).toBe(0);
    pair.server.host.receive(late, pair.client.socket.address, pair.time.now());
    expect(pair.drops(pair.server)['wrong-session']).toBe(1);
  });

  it('delivers what came with it, after it', () => {
    const pair = new VirtualPair({
      server: {
        onConnect: (peer) => {
          peer.send(0, text('welcome'), 'reliable');
        },
      },
    });
    const ours = pair.connect();
    const events: string[] = [];
    ours.onConnect = () => events.push('connected');
    ours.onPacket = (_, data) => events.push(new TextDecoder().decode(data));
    pair.time.run(100);
    expect(events).toEqual(['connected', 'welcome']);
  });
});

describe('packets before anybody listens', () => {
  it('wait, and so does the end of the connection', () => {
    const pair = new VirtualPair();
    const ours = pair.connect();
    pair.time.run(100);
    const [{ peer: theirs } = expect.fail('nobody connected')] = pair.accepted;
    for (const content of ['one', 'two']) theirs.send(0, text(content), 'reliable');
    theirs.disconnectLater(9);
    pair.time.run(1000);
    expect(ours.state).toBe('disconnected');
    const { packets, ends } = listen(ours);
    pair.time.run(0);
    expect(packets.map((packet) => packet.text)).toEqual(['one', 'two']);
    expect(ends).toEqual([{ reason: 'remote', data: 9 }]);
    expect(ours.waitingData).toBe(0);
  });

  it('wait only up to a limit; then the sender must', () => {
    const pair = new VirtualPair({ client: { maximumWaitingData: 10_000, maximumPacketSize: 2000 } });
    const ours = pair.connect();
    pair.time.run(100);
    const { peer: theirs } = pair.accepted[0]!;
    for (let n = 0; n < 40; n++) theirs.send(0, new Uint8Array(1000), 'reliable');
    pair.time.run(1000);
    expect(ours.waitingData).toBeLessThan(14_000);
    expect(theirs.queuedData).toBeGreaterThan(20_000);
    const { packets } = listen(ours);
    pair.time.run(20_000);
    expect(packets.length).toBe(40);
  });
});

describe('disconnecting', () => {
  it('ends at once when told now, and is not repeated', () => {
    const pair = new VirtualPair();
    const { ours, heard, theirHeard } = pair.connected();
    ours.disconnectNow(77);
    expect(ours.state).toBe('disconnected');
    expect(ours.send(0, text('late'), 'reliable')).toBe(false);
    pair.time.run(10);
    expect(theirHeard.ends).toEqual([{ reason: 'remote', data: 77 }]);
    expect(heard.ends).toEqual([]);
  });

  it('throws away what is queued, unless told later', () => {
    for (const [way, arrived] of [
      ['disconnect', 0],
      ['disconnectLater', 200],
    ] as const) {
      const pair = new VirtualPair();
      const { ours, heard, theirHeard } = pair.connected();
      for (let n = 0; n < 200; n++) ours.send(0, new Uint8Array(1000), 'reliable');
      ours[way](5);
      pair.time.run(5000);
      expect(theirHeard.packets.length).toBe(arrived);
      expect(theirHeard.ends).toEqual([{ reason: 'remote', data: 5 }]);
      expect(heard.ends).toEqual([{ reason: 'local', data: 5 }]);
    }
  });

  it('is acknowledged once more to a side that did not hear it', () => {
    const pair = new VirtualPair();
    const { ours, heard, theirHeard } = pair.connected();
    ours.disconnect(3);
    pair.time.run(5);
    pair.network.faults.loss = 1;
    pair.time.run(20);
    expect(theirHeard.ends).toEqual([{ reason: 'remote', data: 3 }]);
    expect(heard.ends).toEqual([]);
    pair.network.faults.loss = 0;
    pair.time.run(1000);
    expect(heard.ends).toEqual([{ reason: 'local', data: 3 }]);
    expect(ours.statistics.retransmissions).toBeLessThan(6);
  });

  it('may follow at once upon connecting, whatever is lost', () => {
    for (const lost of [false, true]) {
      const pair = new VirtualPair();
      const ours = pair.connect();
      const { ends } = listen(ours);
      ours.onConnect = () => {
        ours.disconnect(8);
        if (lost) pair.network.faults.loss = 1;
      };
      pair.time.run(30);
      pair.network.faults.loss = 0;
      pair.time.run(4000);
      expect(ends).toEqual([{ reason: 'local', data: 8 }]);
      expect(pair.server.host.peers.length).toBe(0);
      expect(pair.accepted.map(({ heard }) => heard.ends)).toEqual(
        lost ? [] : [[{ reason: 'remote', data: 8 }]],
      );
    }
  });

  it('before being connected calls the attempt off on both sides', () => {
    const pair = new VirtualPair();
    const ours = pair.connect();
    pair.time.run(15);
    ours.disconnect();
    pair.time.run(1000);
    expect([ours.state, pair.client.host.peers.length]).toEqual(['disconnected', 0]);
    pair.time.run(60_000);
    expect(pair.server.host.peers.length).toBe(0);
    expect(pair.accepted.length).toBe(0);
  });

  it('leaves nobody behind who can neither acknowledge it nor be given up', () => {
    const DISCONNECT = 0x84;
    const SENT_TIME = 0x80;
    /** A DISCONNECT that wants an acknowledgement, as the client would send it, on any channel, with any number. */
    const forged = (pair: VirtualPair, flags: number, channel: number, sequence: number) => {
      const session = pair.sent.findLast(({ from }) => from === 'client')!.datagram[0]! & 0x3f;
      const time = flags & SENT_TIME ? [0, 1] : [];
      const number = [sequence >>> 8, sequence & 0xff];
      const bytes = [session | flags, 0, ...time, DISCONNECT, channel, ...number, 0, 0, 0, 7];
      pair.server.host.receive(Uint8Array.from(bytes), pair.client.socket.address, pair.time.now());
      pair.network.faults.loss = 1;
      pair.time.run(60_000);
      return [pair.drops(pair.server)['unrequested-time'] ?? 0, pair.server.host.peers.length];
    };
    const timeless = new VirtualPair();
    const { theirHeard } = timeless.connected();
    expect(forged(timeless, 0, 0xff, 9)).toEqual([1, 0]);
    expect(theirHeard.ends).toEqual([{ reason: 'timeout', data: 0 }]);
    const beyond = new VirtualPair();
    const { theirHeard: heardBeyond } = beyond.connected();
    expect(forged(beyond, SENT_TIME, 0, 0x7001)).toEqual([0, 0]);
    expect(heardBeyond.ends).toEqual([{ reason: 'remote', data: 7 }]);
  });

  it('happens to everybody when a host closes', async () => {
    const pair = new VirtualPair();
    const { heard, theirHeard } = pair.connected();
    await pair.server.close(1001);
    expect(theirHeard.ends).toEqual([{ reason: 'local', data: 1001 }]);
    pair.time.run(100);
    expect(heard.ends).toEqual([{ reason: 'remote', data: 1001 }]);
    await pair.client.close();
    expect(pair.time.pending).toBe(0);
  });
});
