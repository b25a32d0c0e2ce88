import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { contents, hash } from '../c-peer/contents.ts';
import { impatient, Opened, OurPeer, patient, type TheirPeer } from './interop-pairs.ts';

const opened = new Opened();
afterEach(() => opened.close());

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

describe('a host of ours', () => {
  test('that nobody listens to stops reading, and loses nothing', async () => {
    const { host } = await opened.host({ maximumWaitingData: 100_000, maximumPacketSize: 10_000 });
    const c = await opened.cPeer();
    const deaf = await host.connect('127.0.0.1', c.port, { channels: 1 });
    const { peer } = await c.connected.take();
    const batch = { kind: 'reliable', size: 10_000, seed: 1, count: 50 } as const;
    await c.send(peer, batch);
    await expect.poll(() => deaf.waitingData).toBeGreaterThan(80_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(deaf.waitingData).toBeLessThan(130_000);
    const arrived = await new OurPeer(deaf).received.takeAll(batch.count);
    expect(arrived.map((packet) => packet.hash)).toEqual(
      Array.from({ length: batch.count }, (_, i) => hash(contents(batch.size, batch.seed + i))),
    );
  });

  test('that was too busy to listen does not take its peer for gone', async () => {
    const { host, client, server } = await opened.ourClient();
    client.peer.setTimeout(impatient);
    await client.send({ kind: 'reliable', size: 10, seed: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    const { datagramsReceived } = host.statistics;
    const until = performance.now() + 1000;
    while (performance.now() < until || !hasUnread(host.address.port));
    await expect.poll(() => host.statistics.datagramsReceived).toBeGreaterThan(datagramsReceived);
    client.peer.setTimeout(patient);
    await client.send({ kind: 'reliable', size: 10, seed: 2 });
    await server.received.takeAll(2);
    await server.send({ kind: 'reliable', size: 10, seed: 3 });
    await client.received.take();
    expect(client.disconnected.size).toBe(0);
  });

  test('refuses to send what is longer than its largest packet, and takes none from a C peer', async () => {
    const { port, accepted } = await opened.host({ maximumPacketSize: 20_000 });
    const c = await opened.cPeer();
    const index = await c.connect(port);
    await c.connected.take();
    const { ours } = await accepted.take();
    expect(ours.peer.send(0, new Uint8Array(20_001), 'reliable')).toBe(false);
    await ours.send({ kind: 'reliable', size: 20_000, seed: 1 });
    expect(await c.received.take()).toMatchObject({ length: 20_000 });
    await c.command('timeout', index, ...Object.values(impatient));
    await c.send(index, { kind: 'reliable', size: 20_001, seed: 1 });
    await c.disconnected.take();
    expect(ours.received.size).toBe(0);
  });
});

/** Whether something waits at a UDP port of this machine: `/proc/net/udp`, of proc(5). */
function hasUnread(port: number): boolean {
  const local = port.toString(16).toUpperCase().padStart(4, '0');
  const row = new RegExp(`^ *\\d+: \\w+:${local} \\S+ \\S+ \\w+:(\\w+)`, 'm').exec(
    readFileSync('/proc/net/udp', 'latin1'),
  );
  return Number.parseInt(row?.[1] ?? '0', 16) > 0;
}
