import { afterEach, describe, expect, test } from 'vitest';
import { UdpHost } from '../../agent/enet/index.ts';
import { contents, hash } from '../c-peer/contents.ts';
import { Inbox } from '../c-peer/inbox.ts';
import { type Accepted, Opened, OurPeer } from './interop-pairs.ts';

const opened = new Opened();
afterEach(() => opened.close());

/** The C library speaks IPv4 only, so these are between hosts of ours. */
test.each([
  ['an IPv6 address', '::1', '::1'],
  ['an IPv4 address', '127.0.0.1', '127.0.0.1'],
  ['a name', 'localhost', 'localhost'],
])('hosts of ours meet at %s', async (_, address, name) => {
  const server = await opened.host({ address });
  const client = await opened.host({ address });
  const atClient = new OurPeer(await client.host.connect(name, server.port, { channels: 2, data: 6 }));
  const { ours: atServer, data } = await server.accepted.take();
  expect(data).toBe(6);
  for (const [from, to] of [
    [atClient, atServer],
    [atServer, atClient],
  ] as const) {
    await from.send({ channel: 1, kind: 'reliable', size: 100_000, seed: 4 });
    expect(await to.received.take()).toMatchObject({ channel: 1, hash: hash(contents(100_000, 4)) });
  }
  atClient.peer.disconnect(77);
  expect(await atServer.disconnected.take()).toMatchObject({ data: 77 });
});

describe('a host of ours bound to every address, IPv6 and IPv4', () => {
  const everywhere = async () => {
    const accepted = new Inbox<Accepted>('connections at our host');
    const host = await UdpHost.open({
      onConnect: (peer, data) => accepted.put({ ours: new OurPeer(peer), data }),
    });
    opened.closing(() => host.close());
    return { host, accepted };
  };

  test.each(['127.0.0.1', 'localhost'])('reaches a C server at %s', async (name) => {
    const { host } = await everywhere();
    const c = await opened.cPeer();
    const ours = new OurPeer(await host.connect(name, c.port, { channels: 1 }));
    expect(ours.peer.address).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
    const { peer } = await c.connected.take();
    await ours.send({ kind: 'reliable', size: 5000, seed: 1 });
    expect(await c.received.take()).toMatchObject({ hash: hash(contents(5000, 1)) });
    await c.send(peer, { kind: 'reliable', size: 5000, seed: 2 });
    expect(await ours.received.take()).toMatchObject({ hash: hash(contents(5000, 2)) });
  });

  test('is reached by a C client and by one of ours over IPv6', async () => {
    const { host, accepted } = await everywhere();
    const c = await opened.cPeer();
    await c.connect(host.address.port);
    expect((await accepted.take()).ours.peer.address).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
    const client = await opened.host({ address: '::1' });
    await client.host.connect('::1', host.address.port);
    expect((await accepted.take()).ours.peer.address).toMatchObject({ address: '::1', family: 'IPv6' });
  });
});
