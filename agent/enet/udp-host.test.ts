import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { judged } from '../../test/support/judged.ts';
import { type Peer, systemTime, type Time, UdpHost, type UdpHostOptions } from './index.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SimulatedTime } from './simulated-time.ts';

const open: UdpHost[] = [];

async function host(options: UdpHostOptions = {}): Promise<UdpHost> {
  const opened = await UdpHost.open(options);
  open.push(opened);
  return opened;
}

/** A host that sends everything back. */
function echo(options: UdpHostOptions = {}): Promise<UdpHost> {
  return host({
    ...options,
    onConnect: (peer) => {
      peer.onPacket = (channel, data, kind) => void peer.send(channel, data, kind);
    },
  });
}

function reply(peer: Peer): Promise<Uint8Array> {
  return new Promise((resolve) => {
    peer.onPacket = (_, data) => resolve(data);
  });
}

afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close();
});

describe('a host on UDP', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', 'IPv4'],
    ['::1', '::1', '::1', 'IPv6'],
    [undefined, '127.0.0.1', '127.0.0.1', 'IPv4'],
    [undefined, '::1', '::1', 'IPv6'],
    [undefined, '0:0:0:0:0:0:0:1', '::1', 'IPv6'],
    [undefined, '::ffff:127.0.0.1', '127.0.0.1', 'IPv4'],
    ['0.0.0.0', '0.0.0.0', '127.0.0.1', 'IPv4'],
  ])('bound to %s is reached at %s', async (bound, target, address, family) => {
    const server = await echo(bound === undefined ? {} : { address: bound });
    const client = await host();
    const peer = await client.connect(target, server.address.port, { channels: 2 });
    expect(peer.address).toEqual({ address, port: server.address.port, family });
    peer.send(1, Uint8Array.of(1, 2, 3), 'reliable');
    expect([...(await reply(peer))]).toEqual([1, 2, 3]);
  });

  it('is reached by name', async () => {
    const server = await echo();
    const client = await host();
    const peer = await client.connect('localhost', server.address.port);
    peer.send(0, new Uint8Array(100_000).fill(7), 'reliable');
    expect((await reply(peer)).every((byte) => byte === 7)).toBe(true);
    expect(client.peers).toEqual([peer]);
  });

  it('carries packets of every kind and 4 MiB', async () => {
    const server = await echo();
    const client = await host();
    const peer = await client.connect('127.0.0.1', server.address.port);
    for (const kind of ['reliable', 'unreliable', 'unsequenced'] as const) {
      const answer = new Promise((resolve) => {
        peer.onPacket = (_channel, data, arrived) => resolve([...data, arrived]);
      });
      peer.send(0, Uint8Array.of(9), kind);
      expect(await answer).toEqual([9, kind]);
    }
    const large = Uint8Array.from({ length: 4 * 1024 * 1024 }, (_, n) => n * 7 + (n >>> 9));
    peer.send(0, large, 'reliable');
    expect(Buffer.from(await reply(peer)).equals(large)).toBe(true);
  });

  it('tells both sides of the end, with data', async () => {
    const server = await host({ address: '127.0.0.1' });
    const theirs = new Promise((resolve) => {
      server.onConnect = (peer) => {
        peer.onDisconnect = resolve;
      };
    });
    const client = await host({ address: '127.0.0.1' });
    const peer = await client.connect('127.0.0.1', server.address.port);
    const ours = new Promise((resolve) => {
      peer.onDisconnect = resolve;
    });
    peer.disconnect(1003);
    expect(await ours).toEqual({ reason: 'local', data: 1003 });
    expect(await theirs).toEqual({ reason: 'remote', data: 1003 });
  });

  it('says why it cannot connect', async () => {
    const client = await host({ address: '127.0.0.1' });
    const silent = createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address();
    const code = (name: string) => expect.objectContaining({ code: `ALLO_E_ENET_${name}` });
    await expect(client.connect('127.0.0.1', port, { timeout: 50 })).rejects.toEqual(code('TIMEOUT'));
    await expect(client.connect('127.0.0.1', port, { signal: AbortSignal.timeout(50) })).rejects.toEqual(
      code('ABORTED'),
    );
    await expect(client.connect('127.0.0.1', port, { signal: AbortSignal.abort() })).rejects.toEqual(
      code('ABORTED'),
    );
    await expect(client.connect('no-such-host.invalid', port)).rejects.toEqual(code('DNS'));
    await expect(client.connect('::1', port)).rejects.toEqual(code('DNS'));
    await expect(client.connect('127.0.0.1', port, { channels: 0 })).rejects.toEqual(code('OPTION'));
    await expect(UdpHost.open({ address: '127.0.0.1', port })).rejects.toEqual(code('BIND'));
    await expect(UdpHost.open({ mtu: 1 })).rejects.toEqual(code('OPTION'));
    expect(client.peers).toEqual([]);
    const attempt = expect(client.connect('127.0.0.1', port)).rejects.toEqual(code('CLOSED'));
    await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    await attempt;
    await expect(client.connect('127.0.0.1', port)).rejects.toEqual(code('CLOSED'));
    silent.close();
  });

  it('hears a refusal, with its data', async () => {
    const server = await host({ onConnect: () => {} });
    const client = await host();
    // Answers before it is asked anything else: as a server that turns guests away.
    const refusing = createSocket('udp4');
    refusing.bind(0, '127.0.0.1');
    await once(refusing, 'listening');
    refusing.on('message', (_, from) =>
      refusing.send(Buffer.from('000044ff00010000002a', 'hex'), from.port, from.address),
    );
    await expect(client.connect('127.0.0.1', refusing.address().port)).rejects.toMatchObject({
      code: 'ALLO_E_ENET_REFUSED',
      data: 42,
    });
    refusing.close();
    expect(server.peers).toEqual([]);
  });

  it('survives handlers that throw, and lets what they threw surface', async () => {
    const server = await echo();
    const client = await host();
    const peer = await client.connect('127.0.0.1', server.address.port);
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const surfaced = once(process, 'uncaughtException');
    peer.onPacket = () => {
      throw new Error('a fault in the handler');
    };
    peer.send(0, Uint8Array.of(1), 'reliable');
    const [error] = await surfaced;
    for (const listener of listeners) process.on('uncaughtException', listener);
    expect(error).toMatchObject({ message: 'a fault in the handler' });
    peer.send(0, Uint8Array.of(2), 'reliable');
    expect([...(await reply(peer))]).toEqual([2]);
  });

  it('wakes up for pings and what arrives, and for nothing else', async () => {
    let wakes = 0;
    const counting: Time = {
      now: () => systemTime.now(),
      after: (ms, callback) =>
        systemTime.after(ms, () => {
          if (ms > 0) wakes++;
          callback();
        }),
    };
    const server = await echo({ address: '127.0.0.1' });
    const client = await host({ address: '127.0.0.1', time: counting });
    const peer = await client.connect('127.0.0.1', server.address.port);
    peer.pingInterval = 100;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const measure = async () => {
      const begin = systemTime.now();
      const { datagramsReceived } = client.statistics;
      wakes = 0;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const pings = (systemTime.now() - begin) / peer.pingInterval;
      return { pings, wakes, received: client.statistics.datagramsReceived - datagramsReceived };
    };
    // What is acknowledged late, because the machine stalls, is sent and acknowledged again.
    await judged(10, measure, ({ pings, wakes, received }, late) => {
      // Timers round up and may fire a little early: at most two for each ping.
      expect(wakes).toBeLessThanOrEqual(2 * pings + late / 20);
      expect(received).toBeLessThanOrEqual(1.6 * pings + late / 20);
    });
  });

  it('counts what the system refuses to send', async () => {
    const client = await host({ address: '127.0.0.1' });
    await client.connect('255.255.255.255', 9, { timeout: 20 }).catch(() => {});
    expect(client.statistics.drops['socket-error']).toBeGreaterThan(0);
  });
});

describe('a host on a simulated network', () => {
  it('is used like one on UDP', async () => {
    const time = new SimulatedTime();
    const network = new SimulatedNetwork(time, { seed: 3, faults: { loss: 0.2, delay: 20 } });
    await echo({ socket: network.socket('10.0.0.1', 21337), time });
    const client = await host({ socket: network.socket(), time });
    const connecting = client.connect('10.0.0.1', 21337, { data: 5 });
    await new Promise((resolve) => setImmediate(resolve));
    time.run(5000);
    const peer = await connecting;
    peer.send(0, new Uint8Array(50_000).fill(1), 'reliable');
    const answer = reply(peer);
    time.run(20_000);
    expect((await answer).length).toBe(50_000);
  });
});
