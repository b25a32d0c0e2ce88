import { afterEach, describe, expect, test } from 'vitest';
import { CPeer } from './c-peer.ts';
import { contents, hash } from './contents.ts';

/** The measuring tool, measured: two hosts of the C library agree with each other and with `contents`. */
describe('the C peer, talking to another of its kind', () => {
  const peers: CPeer[] = [];
  afterEach(() => Promise.all(peers.splice(0).map((peer) => peer.close())));

  async function open(options?: { peers?: number; channels?: number }): Promise<CPeer> {
    const peer = await CPeer.open(options);
    peers.push(peer);
    return peer;
  }

  async function pair() {
    const server = await open();
    const client = await open();
    const peer = await client.connect(server.port, { channels: 3, data: 7 });
    return {
      server,
      client,
      peer,
      atServer: await server.connected.take(),
      atClient: await client.connected.take(),
    };
  }

  test('connects, with data and channels', async () => {
    const { atServer, atClient } = await pair();
    expect(atServer).toMatchObject({ channels: 3, data: 7 });
    expect(atClient).toMatchObject({ channels: 3 });
  });

  test.each([
    ['reliable', 1],
    ['reliable', 1_000_000],
    ['unreliable', 600],
    ['unreliable-fragment', 20_000],
    ['unsequenced', 600],
  ] as const)('delivers what %s packets of %i bytes contain', async (kind, size) => {
    const { server, client, peer } = await pair();
    expect(await client.send(peer, { channel: 2, kind, size, seed: 5, count: 3 })).toBe(3);
    for (const [i, packet] of (await server.received.takeAll(3)).entries())
      expect(packet).toMatchObject({ channel: 2, kind, length: size, hash: hash(contents(size, 5 + i)) });
  });

  test('echoes, and measures round trips', async () => {
    const { server, client, peer } = await pair();
    await server.command('echo', 'on');
    const samples = (await client.command('measure', peer, 1, 64, 20, 1, 3, 9)).map(Number);
    expect(samples).toHaveLength(20);
    for (const sample of samples) expect(sample).toBeGreaterThan(0);
  });

  test('disconnects with data', async () => {
    const { server, client, peer } = await pair();
    await client.command('disconnect', peer, 1234);
    expect(await server.disconnected.take()).toMatchObject({ data: 1234 });
    expect(await client.disconnected.take()).toMatchObject({ peer });
  });

  test('answers what it does not understand with an error', async () => {
    const peer = await open();
    await expect(peer.command('dance')).rejects.toThrow('unknown command');
    await expect(peer.command('send', 0)).rejects.toThrow('wrong number of words');
    await expect(peer.command('state', 99)).rejects.toThrow('no such peer');
  });

  test('rejects what is asked of it after its end', async () => {
    const peer = await open();
    await peer.kill();
    await expect(peer.command('resume')).rejects.toThrow('ended');
  });
});
