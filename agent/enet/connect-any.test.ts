import { describe, expect, it } from 'vitest';
import { connectAny } from './connect-any.ts';
import { HostDriver } from './host-driver.ts';
import type { SocketAddress } from './peer.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SimulatedTime } from './simulated-time.ts';

const nobody: SocketAddress = { address: 'fd00::1', port: 1, family: 'IPv6' };

function scene() {
  const time = new SimulatedTime();
  const network = new SimulatedNetwork(time, { faults: { delay: 10 } });
  const server = new HostDriver(network.socket(), time, { onConnect: () => {} });
  const client = new HostDriver(network.socket(), time);
  return { time, network, server, client };
}

describe('connecting to one of several addresses', () => {
  it('goes on to the next while the first is silent, and lets go of it', async () => {
    const { time, server, client } = scene();
    const connecting = connectAny(client, [nobody, server.socket.address], 'test', {});
    time.run(249);
    expect(client.host.peers.length).toBe(1);
    time.run(21);
    const peer = await connecting;
    expect(peer.address).toEqual(server.socket.address);
    expect(client.host.peers).toEqual([peer]);
    time.run(60_000);
    expect(peer.state).toBe('connected');
  });

  it('does not bother the next when the first answers', async () => {
    const { time, network, server, client } = scene();
    const second = new HostDriver(network.socket(), time, { onConnect: () => {} });
    const connecting = connectAny(client, [server.socket.address, second.socket.address], 'test', {});
    time.run(1000);
    expect((await connecting).address).toEqual(server.socket.address);
    expect(second.host.statistics.datagramsReceived).toBe(0);
  });

  it('keeps one where both answer late', async () => {
    const { time, network, server, client } = scene();
    network.faults.delay = 200;
    const second = new HostDriver(network.socket(), time, { onConnect: () => {} });
    const connecting = connectAny(client, [server.socket.address, second.socket.address], 'test', {});
    time.run(10_000);
    const peer = await connecting;
    expect(client.host.peers).toEqual([peer]);
    time.run(60_000); // The other server hears no more, and gives up.
    expect([server.host.peers.length, second.host.peers.length].sort()).toEqual([0, 1]);
  });

  it('fails when all have failed, and leaves no timer', async () => {
    const { time, client } = scene();
    const connecting = expect(connectAny(client, [nobody, nobody], 'test', {})).rejects.toMatchObject({
      code: 'ALLO_E_ENET_TIMEOUT',
    });
    time.run(40_000);
    await connecting;
    expect([client.host.peers.length, time.pending]).toEqual([0, 0]);
  });

  it('fails at once when the host is closed, though there are addresses left to try', async () => {
    const { time, client } = scene();
    const connecting = expect(connectAny(client, [nobody, nobody], 'test', {})).rejects.toMatchObject({
      code: 'ALLO_E_ENET_CLOSED',
    });
    time.run(100);
    await client.close();
    await connecting;
    time.run(100);
    expect([client.host.peers.length, time.pending]).toEqual([0, 0]);
  });

  it('is called off as a whole', async () => {
    const { time, client } = scene();
    const controller = new AbortController();
    const { signal } = controller;
    const connecting = expect(
      connectAny(client, [nobody, nobody], 'test', { signal, timeout: 10_000 }),
    ).rejects.toMatchObject({ code: 'ALLO_E_ENET_ABORTED' });
    time.run(500);
    controller.abort();
    await connecting;
    time.run(1000);
    expect([client.host.peers.length, time.pending]).toEqual([0, 0]);
  });
});
