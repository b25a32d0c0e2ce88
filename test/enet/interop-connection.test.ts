import { afterEach, describe, expect, test } from 'vitest';
import { contents, hash } from '../c-peer/contents.ts';
import { Opened, OurPeer, type TheirPeer } from './interop-pairs.ts';

const opened = new Opened();
afterEach(() => opened.close());

/** Gives up fast: after half a second without an acknowledgement. */
const impatient = { limit: 1, minimum: 300, maximum: 500 };

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

  test('agrees on the smaller MTU, which is ours, and on the window', async () => {
    const { server } = await opened.ourClient();
    const { client } = await opened.ourServer();
    for (const { host, index } of [server, client])
      expect(await host.state(index)).toMatchObject({ mtu: 1392, windowBytes: 65_536 });
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
    const second = await opened.host();
    const signal = AbortSignal.timeout(300);
    await expect(second.host.connect('127.0.0.1', c.port, { channels: 1, signal })).rejects.toThrow();
    expect(c.connected.size).toBe(1);
  });

  test('to a full host of ours is not answered', async () => {
    const { port, accepted } = await opened.host({ peerLimit: 1 });
    const first = await opened.cPeer();
    await first.connect(port);
    await first.connected.take();
    const second = await opened.cPeer();
    const peer = await second.connect(port);
    await second.command('timeout', peer, ...Object.values(impatient));
    await second.disconnected.take();
    expect(second.connected.size).toBe(0);
    expect(accepted.size).toBe(1);
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

  test('a killed peer is noticed by the silence it leaves', async () => {
    const { ours, theirs } = await connect();
    ours.peer.setTimeout(impatient);
    await theirs.host.kill();
    const start = performance.now();
    expect(await ours.disconnected.take()).toMatchObject({ reason: 'timeout' });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('a C peer that does not serve its network', () => {
  test('gets everything once it does', async () => {
    const { client, server } = await opened.ourClient();
    await server.host.command('pause');
    await client.send({ kind: 'reliable', size: 100_000, seed: 1, count: 10 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(server.received.size).toBe(0);
    await server.host.command('resume');
    const arrived = await server.received.takeAll(10);
    expect(arrived.map((packet) => packet.hash)).toEqual(
      Array.from({ length: 10 }, (_, i) => hash(contents(100_000, 1 + i))),
    );
  });

  test('is given up when the silence outlasts the timeout', async () => {
    const { client, server } = await opened.ourClient();
    client.peer.setTimeout(impatient);
    await server.host.command('pause');
    await client.send({ kind: 'reliable', size: 10, seed: 1 });
    expect(await client.disconnected.take()).toMatchObject({ reason: 'timeout' });
  });
});

describe('limits the C peer sets', () => {
  test.each(['ourClient', 'ourServer'] as const)(
    'of throttle and bandwidth are understood (%s)',
    async (role) => {
      const { client, server } = await opened[role]();
      const theirs = (role === 'ourClient' ? server : client) as TheirPeer;
      const ours = (role === 'ourClient' ? client : server) as OurPeer;
      await theirs.host.command('throttle', theirs.index, 1000, 4, 1);
      await theirs.host.command('bandwidth', 200_000, 200_000);
      await ours.send({ kind: 'reliable', size: 50_000, seed: 8 });
      await theirs.send({ kind: 'reliable', size: 50_000, seed: 8 });
      for (const end of [ours, theirs])
        expect(await end.received.take()).toMatchObject({ hash: hash(contents(50_000, 8)) });
    },
  );
});
