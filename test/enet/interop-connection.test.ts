import { afterEach, describe, expect, test } from 'vitest';
import { contents, hash } from '../c-peer/contents.ts';
import { timed } from '../support/lateness.ts';
import { impatient, Opened, OurPeer, type TheirPeer } from './interop-pairs.ts';

const opened = new Opened();
afterEach(() => opened.close());

describe('connecting', () => {
  test('carries data and 32 bits of it, both ways round', async () => {
    for (const data of [0, 1, 0xfffffffe]) {
      expect((await opened.ourClient({ data })).connected.data).toBe(data);
      expect((await opened.ourServer({ data })).connected.data).toBe(data);
    }
  });

  test.each([
    [1, 8, 1],
    [4, 8, 4],
    [8, 2, 2],
    [255, 255, 255],
  ])('a client that asks for %i channels where %i are allowed gets %i', async (asked, allowed, agreed) => {
    const theirServer = await opened.cPeer({ channels: allowed });
    const { host } = await opened.host();
    const ours = await host.connect('127.0.0.1', theirServer.port, { channels: asked });
    expect(ours.channelCount).toBe(agreed);
    expect(await theirServer.connected.take()).toMatchObject({ channels: agreed });

    const ourServer = await opened.host({ channelLimit: allowed });
    const theirClient = await opened.cPeer({ channels: 255 });
    await theirClient.connect(ourServer.port, { channels: asked });
    expect((await ourServer.accepted.take()).ours.peer.channelCount).toBe(agreed);
    expect(await theirClient.connected.take()).toMatchObject({ channels: agreed });
  });

  test('agrees on MTU and window', async () => {
    const { server } = await opened.ourClient();
    const { client } = await opened.ourServer();
    for (const { host, index } of [server, client])
      expect(await host.state(index)).toMatchObject({ mtu: 1392, windowBytes: 65_536 });
  });

  test.each([
    [576, 1400],
    [4096, 1400],
    [4096, 4096],
    [1392, 576],
  ])('with an MTU of %i here and %i there agrees on one, and packets fit it', async (here, there) => {
    const { host, port, accepted } = await opened.host({ mtu: here });
    const server = await opened.cPeer();
    await server.command('mtu', there);
    const toServer = new OurPeer(await host.connect('127.0.0.1', server.port, { channels: 1 }));
    const { peer: atServer } = await server.connected.take();
    const client = await opened.cPeer();
    await client.command('mtu', there);
    const fromClient = await client.connect(port, { channels: 1 });
    const { ours: atClient } = await accepted.take();
    await client.connected.take();
    // A C server takes what it is asked for until 1.3.17, and the smaller since.
    expect([here, Math.min(here, there)]).toContain(toServer.peer.mtu);
    expect(atClient.peer.mtu).toBe(Math.min(here, there));
    for (const [ours, theirs, index] of [
      [toServer, server, atServer],
      [atClient, client, fromClient],
    ] as const) {
      expect(await theirs.state(index)).toMatchObject({ mtu: ours.peer.mtu });
      await ours.send({ kind: 'reliable', size: 50_000, seed: 1 });
      expect(await theirs.received.take()).toMatchObject({ hash: hash(contents(50_000, 1)) });
      await theirs.send(index, { kind: 'reliable', size: 50_000, seed: 2 });
      expect(await ours.received.take()).toMatchObject({ hash: hash(contents(50_000, 2)) });
    }
  });

  test('again and again uses the same places and other sessions', async () => {
    const c = await opened.cPeer({ peers: 1 });
    const { host, port, accepted } = await opened.host({ peerLimit: 1 });
    for (let time = 0; time < 6; time++) {
      const ours = new OurPeer(await host.connect('127.0.0.1', c.port, { channels: 1 }));
      const { peer } = await c.connected.take();
      await c.send(peer, { kind: 'reliable', size: 10, seed: time });
      expect(await ours.received.take()).toMatchObject({ hash: hash(contents(10, time)) });
      ours.peer.disconnect(0);
      await ours.disconnected.take();
      await c.disconnected.take();

      const theirs = await c.connect(port, { channels: 1 });
      await c.connected.take();
      const { ours: atOurs } = await accepted.take();
      await c.send(theirs, { kind: 'reliable', size: 10, seed: time });
      expect(await atOurs.received.take()).toMatchObject({ hash: hash(contents(10, time)) });
      await c.command('disconnect', theirs, 0);
      await c.disconnected.take();
      await atOurs.disconnected.take();
    }
  });

  test('to a full C server is given up when told to', async () => {
    const c = await opened.cPeer({ peers: 1 });
    const first = await opened.host();
    await first.host.connect('127.0.0.1', c.port, { channels: 1 });
    await c.connected.take();
    const second = await opened.host();
    const signal = AbortSignal.timeout(300);
    await expect(second.host.connect('127.0.0.1', c.port, { channels: 1, signal })).rejects.toThrow();
    expect(c.connected.size).toBe(0);
  });

  test('to a full host of ours is not answered', async () => {
    const { port, accepted } = await opened.host({ peerLimit: 1 });
    const first = await opened.cPeer();
    await first.connect(port);
    await first.connected.take();
    await accepted.take();
    const second = await opened.cPeer();
    const peer = await second.connect(port);
    await second.command('timeout', peer, ...Object.values(impatient));
    await second.disconnected.take();
    expect(second.connected.size + accepted.size).toBe(0);
  });

  test('from an address that has enough connections is not answered', async () => {
    const { port, accepted } = await opened.host({ duplicatePeers: 1 });
    const c = await opened.cPeer();
    await c.connect(port);
    await c.connected.take();
    await accepted.take();
    const second = await c.connect(port);
    await c.command('timeout', second, ...Object.values(impatient));
    expect(await c.disconnected.take()).toMatchObject({ peer: second });
    expect(accepted.size).toBe(0);
  });

  test('to a C server that starts late succeeds once it is there', async () => {
    const { port } = await opened.cPeer().then(async (c) => {
      const { port } = c;
      await c.kill();
      return { port };
    });
    const { host } = await opened.host();
    const connecting = host.connect('127.0.0.1', port, { channels: 1, data: 3 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const late = await opened.cPeer({ port });
    expect(await late.connected.take()).toMatchObject({ data: 3 });
    expect((await connecting).channelCount).toBe(1);
  });

  test('to a C server that was killed and started again leaves nothing of the first connection', async () => {
    const { client, server } = await opened.ourClient();
    await server.host.kill();
    const again = await opened.cPeer({ port: server.host.port });
    await client.send({ kind: 'reliable', size: 10, seed: 1 });
    client.peer.setTimeout(impatient);
    expect(await client.disconnected.take()).toMatchObject({ reason: 'timeout' });
    expect(again.connected.size + again.received.size).toBe(0);
  });

  test('and calling it off at once leaves both sides without a connection', async () => {
    const { host, port, accepted } = await opened.host();
    const c = await opened.cPeer();
    await c.command('pause');
    const peer = await c.connect(port);
    await c.command('disconnect', peer, 5); // CONNECT and DISCONNECT leave in one datagram
    await c.command('resume');
    const signal = AbortSignal.abort();
    await expect(host.connect('127.0.0.1', c.port, { signal })).rejects.toThrow('aborted');
    await c.connect(port, { data: 8 });
    await c.connected.take();
    expect(await accepted.take()).toMatchObject({ data: 8 });
    expect(host.peers).toHaveLength(1);
    expect(c.connected.size + accepted.size).toBe(0);
  });

  test('between a host that uses checksums and one that does not never succeeds', async () => {
    const c = await opened.cPeer();
    const { host, port, accepted } = await opened.host({ checksum: true });
    const signal = AbortSignal.timeout(300);
    await expect(host.connect('127.0.0.1', c.port, { channels: 1, signal })).rejects.toThrow();
    const peer = await c.connect(port);
    await c.command('timeout', peer, ...Object.values(impatient));
    await c.disconnected.take();
    expect(c.connected.size + accepted.size).toBe(0);
  });
});

describe.each(['ourClient', 'ourServer'] as const)('disconnecting (%s)', (role) => {
  const connect = async (): Promise<{ ours: OurPeer; theirs: TheirPeer }> => {
    if (role === 'ourClient') {
      const { client, server } = await opened.ourClient();
      return { ours: client, theirs: server };
    }
    const { client, server } = await opened.ourServer();
    return { ours: server, theirs: client };
  };

  test.each(['disconnect', 'disconnectLater', 'disconnectNow'] as const)(
    '%s of ours carries data',
    async (how) => {
      const { ours, theirs } = await connect();
      ours.peer[how](0xabcdef01);
      expect(await theirs.host.disconnected.take()).toEqual({ peer: theirs.index, data: 0xabcdef01 });
      if (how !== 'disconnectNow') await ours.disconnected.take();
    },
  );

  test.each(['disconnect', 'disconnect-later', 'disconnect-now'])(
    '%s of theirs carries data',
    async (how) => {
      const { ours, theirs } = await connect();
      await theirs.host.command(how, theirs.index, 0xabcdef01);
      expect(await ours.disconnected.take()).toMatchObject({ data: 0xabcdef01, reason: 'remote' });
      if (how !== 'disconnect-now') await theirs.host.disconnected.take();
    },
  );

  test('later, what was queued is delivered first', async () => {
    const batch = { kind: 'reliable', size: 300_000, seed: 3, count: 3 } as const;
    {
      const { ours, theirs } = await connect();
      await ours.send(batch);
      ours.peer.disconnectLater(9);
      expect(await theirs.received.takeAll(3)).toHaveLength(3);
      expect(await theirs.host.disconnected.take()).toMatchObject({ data: 9 });
    }
    {
      const { ours, theirs } = await connect();
      await theirs.send(batch);
      await theirs.host.command('disconnect-later', theirs.index, 9);
      expect(await ours.received.takeAll(3)).toHaveLength(3);
      expect(await ours.disconnected.take()).toMatchObject({ data: 9 });
    }
  });

  test('both at once ends it on both sides', async () => {
    const { ours, theirs } = await connect();
    await theirs.host.command('pause');
    await theirs.host.command('disconnect', theirs.index, 1);
    ours.peer.disconnect(2);
    await theirs.host.command('resume');
    await ours.disconnected.take();
    await theirs.host.disconnected.take();
  });

  test('a killed peer is noticed by the silence it leaves', async () => {
    const { ours, theirs } = await connect();
    ours.peer.setTimeout(impatient);
    await theirs.host.kill();
    const { value: end, took, late } = await timed(() => ours.disconnected.take());
    expect(end).toMatchObject({ reason: 'timeout' });
    expect(took - late).toBeLessThan(5000);
  });
});
