import { afterEach, expect, test } from 'vitest';
import { contents, hash } from '../c-peer/contents.ts';
import { Opened, OurPeer } from './interop-pairs.ts';

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
