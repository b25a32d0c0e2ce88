import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  HostDriver,
  type Peer,
  SimulatedNetwork,
  SimulatedTime,
  type SocketAddress,
  seededRandom,
  UdpHost,
} from '../../agent/enet/index.ts';
import { DatagramForge, recordedDatagrams } from './hostile-datagrams.ts';

const MEBIBYTE = 1024 * 1024;
const LIMIT = MEBIBYTE;
const recorded = recordedDatagrams();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use once everything unreachable is gone. */
function memory(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A server with a good client that keeps sending numbered packets, each of which must be echoed, in order. */
function scene(seed: number) {
  const time = new SimulatedTime();
  const network = new SimulatedNetwork(time, { seed });
  const server = new HostDriver(network.socket(), time, {
    peerLimit: 16,
    channelLimit: 4,
    maximumPacketSize: LIMIT,
    maximumWaitingData: LIMIT,
    onConnect: (peer) => {
      peer.onPacket = (channel, data, kind) => {
        if (data.length < 1000) peer.send(channel, data, kind);
      };
    },
  });
  const client = new HostDriver(network.socket(), time);
  const good = client.host.connect(server.socket.address, { channels: 4 });
  let sent = 0;
  let echoed = 0;
  good.onPacket = (_, data) => {
    if (new DataView(data.buffer, data.byteOffset).getUint32(0) !== echoed++) echoed = Number.NaN;
  };
  const talk = () => {
    const packet = new Uint8Array(4);
    new DataView(packet.buffer).setUint32(0, sent++);
    good.send(1, packet, 'reliable');
  };
  time.run(100);
  return {
    time,
    network,
    server,
    good,
    talk,
    expectUnharmed() {
      time.run(2000);
      expect(good.state).toBe('connected');
      expect(echoed).toBe(sent);
    },
  };
}

describe('a host under attack', () => {
  it('shrugs off 60,000 datagrams from strangers, before and after anybody connected', () => {
    const { time, server, good, talk, expectUnharmed } = scene(1);
    const random = seededRandom(11);
    const forge = new DatagramForge(recorded, random);
    const lonely = new HostDriver(new SimulatedNetwork(time).socket(), time, {
      peerLimit: 8,
      onConnect: () => {},
    });
    const attack = (datagrams: number) => {
      for (let count = 0; count < datagrams; count++) {
        const from: SocketAddress = {
          address: `10.9.${Math.floor(random() * 4)}.${Math.floor(random() * 250)}`,
          port: Math.floor(random() * 65_536),
          family: 'IPv4',
        };
        lonely.host.receive(forge.next([0, 1, 2]), from, time.now());
        server.host.receive(forge.next([0, 1]), from, time.now());
        if (count % 50 === 0) {
          talk();
          time.run(5);
        }
      }
      time.run(100_000); // Connections that strangers began and left are given up.
    };
    attack(5000);
    const before = memory();
    attack(25_000);
    expectUnharmed();
    expect(memory() - before).toBeLessThan(MEBIBYTE);
    expect(server.host.peers.length).toBe(1);
    expect(lonely.host.peers.length).toBe(0);
    expect(good.statistics.drops['waiting-data']).toBe(0);
    expect(server.host.statistics.drops['wrong-address']).toBeGreaterThan(1000);
  });

  it('shrugs off 60,000 datagrams that a connected peer forges', () => {
    const { time, network, server, talk, expectUnharmed } = scene(2);
    const forge = new DatagramForge(recorded, seededRandom(22));
    const socket = network.socket();
    const bad = new HostDriver(socket, time);
    let peer: Peer | undefined;
    let connections = 0;
    const attack = (datagrams: number) => {
      for (let count = 0; count < datagrams; count++) {
        if (peer?.state !== 'connected') {
          peer?.disconnectNow();
          peer = bad.host.connect(server.socket.address, { channels: 4 });
          peer.pingInterval = 1e9;
          time.run(10);
          connections++;
        }
        // As if it came from the bad peer, and as if the server had sent it to the bad peer.
        server.host.receive(forge.next([1, 2]), socket.address, time.now());
        bad.host.receive(forge.next([0]), server.socket.address, time.now());
        if (count % 20 !== 0) continue;
        talk();
        time.run(5);
        for (const { waitingData } of [...server.host.peers, ...bad.host.peers])
          expect(waitingData).toBeLessThan(3 * LIMIT + 8 * MEBIBYTE);
      }
      time.run(100_000);
    };
    attack(5000);
    for (const attacked of bad.host.peers) attacked.disconnectNow();
    time.run(100_000);
    const before = memory();
    attack(25_000);
    for (const attacked of bad.host.peers) attacked.disconnectNow();
    time.run(100_000);
    expectUnharmed();
    expect(memory() - before).toBeLessThan(2 * MEBIBYTE);
    expect(server.host.peers.length).toBe(1);
    expect(connections).toBeGreaterThan(100);
    for (const reason of ['bad-fragment', 'duplicate', 'window', 'truncated-command'] as const)
      expect(server.host.statistics.drops[reason], reason).toBeGreaterThan(0);
  });

  it('finds its server in spite of 10,000 forged answers from elsewhere', () => {
    const { time, network, server } = scene(3);
    const forge = new DatagramForge(recorded, seededRandom(33));
    network.faults.loss = 1;
    const client = new HostDriver(network.socket(), time);
    const peer = client.host.connect(server.socket.address, { channels: 2 });
    for (let count = 0; count < 10_000; count++) {
      const from: SocketAddress = { address: '10.0.0.1', port: 999, family: 'IPv4' };
      client.host.receive(forge.next([0]), from, time.now());
    }
    time.run(100);
    expect(peer.state).toBe('connecting');
    network.faults.loss = 0;
    time.run(1000);
    expect(peer.state).toBe('connected');
  });

  it('goes on serving over real UDP', async () => {
    const server = await UdpHost.open({
      address: '127.0.0.1',
      onConnect: (peer) => {
        peer.onPacket = (channel, data, kind) => void peer.send(channel, data, kind);
      },
    });
    const client = await UdpHost.open({ address: '127.0.0.1' });
    const peer = await client.connect('127.0.0.1', server.address.port);
    const stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const forge = new DatagramForge(recorded, seededRandom(44));
    for (let round = 0; round < 40; round++) {
      for (let count = 0; count < 50; count++)
        stranger.send(forge.next([0]), server.address.port, '127.0.0.1');
      const echo = new Promise<Uint8Array>((resolve) => {
        peer.onPacket = (_, data) => resolve(data);
      });
      peer.send(0, Uint8Array.of(round), 'reliable');
      expect([...(await echo)]).toEqual([round]);
    }
    stranger.close();
    await client.close();
    await server.close();
    expect(server.statistics.datagramsReceived).toBeGreaterThan(500);
  });
});
