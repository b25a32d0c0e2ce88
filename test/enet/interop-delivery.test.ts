import { afterEach, describe, expect, test } from 'vitest';
import type { Batch, Kind } from '../c-peer/c-peer.ts';
import { contents, hash } from '../c-peer/contents.ts';
import { type End, Opened, type Packet, type Pair } from './interop-pairs.ts';

const roles = ['our client and a C server', 'a C client and our server'] as const;
const directions = ['client to server', 'server to client'] as const;

/** The longest packet that fits one datagram: our MTU less the headers of datagram and fragment. */
const unfragmented = 1392 - 4 - 24;
const small = [0, 1, 2, 64, 1000, unfragmented - 1, unfragmented];
const medium = [unfragmented + 1, 2 * unfragmented, 2 * unfragmented + 1, 65_536];
const large = 1 << 20;

/**
 * A burst of unreliable fragments has to fit the socket's receive buffer (212,992 bytes by default on Linux,
 * book-keeping included), since nothing slows the sender down.
 */
const sizes: Readonly<Record<Kind, readonly number[]>> = {
  reliable: [...small, ...medium, large, 4 * large],
  unreliable: [...small, ...medium, large],
  unsequenced: [...small, ...medium, large],
  'unreliable-fragment': [...small, ...medium],
};

const ends = ({ client, server }: Pair, direction: string): [from: End, to: End] =>
  direction === directions[0] ? [client, server] : [server, client];

describe.each(roles)('between %s', (role) => {
  const opened = new Opened();
  afterEach(() => opened.close());

  const connect = (options?: { checksum?: boolean }): Promise<Pair> =>
    role === roles[0] ? opened.ourClient(options) : opened.ourServer(options);

  describe.each(directions)('%s', (direction) => {
    test.each(Object.entries(sizes) as [Kind, number[]][])('%s packets arrive whole', async (kind, sizes) => {
      const [from, to] = ends(await connect(), direction);
      for (const size of sizes) {
        const batch = { channel: 3, kind, size, seed: size };
        const packet = await delivered(from, to, batch);
        expect(packet).toMatchObject({ channel: 3, length: size, hash: hash(contents(size, size)) });
      }
    });

    test('packets arrive whole with checksums on', async () => {
      const [from, to] = ends(await connect({ checksum: true }), direction);
      for (const size of [1, unfragmented - 4, unfragmented - 3, unfragmented, 100_000])
        for (const kind of ['reliable', 'unreliable', 'unsequenced'] as const)
          expect(await delivered(from, to, { kind, size, seed: size })).toMatchObject({
            length: size,
            hash: hash(contents(size, size)),
          });
    });
  });

  test('reliable packets of all sizes on several channels keep their order, both ways at once', async () => {
    const { client, server } = await connect();
    const channels = [0, 1, 2];
    const batches = [1, 100, 1372, 1373, 5000, 20_000].map((size, i) => ({
      size,
      seed: 1000 * i,
      count: 50,
    }));
    for (const batch of batches) {
      for (const channel of channels) {
        await client.send({ ...batch, channel, kind: 'reliable' });
        await server.send({ ...batch, channel, kind: 'reliable' });
      }
    }
    const expected = batches.flatMap(({ size, seed, count }) => expectedHashes(size, seed, count));
    for (const end of [client, server]) {
      const arrived = await end.received.takeAll(channels.length * expected.length);
      for (const channel of channels)
        expect(hashes(arrived.filter((packet) => packet.channel === channel))).toEqual(expected);
    }
  });
});

/** Who connected to whom makes no difference to these. */
describe.each(directions)('more packets than there are sequence numbers, %s,', (direction) => {
  const opened = new Opened();
  afterEach(() => opened.close());

  test('arrive in order when they are reliable', async () => {
    const [from, to] = ends(await opened.ourClient(), direction);
    const batches = 7;
    const count = 10_000;
    for (let first = 0; first < batches * count; first += count) {
      await from.send({ channel: 1, kind: 'reliable', size: 6, seed: first, count });
      expect(hashes(await to.received.takeAll(count))).toEqual(expectedHashes(6, first, count));
    }
  });

  test('stay in order when they are not', async () => {
    const [from, to] = ends(await opened.ourClient(), direction);
    const count = 500;
    for (let first = 0; first < 66_500; first += count) {
      await from.send({ channel: 1, kind: 'unreliable', size: 6, seed: first, count });
      const arrived = hashes(await untilMarker(from, to, 2));
      const expected = expectedHashes(6, first, count);
      expect(arrived.length).toBeGreaterThan(0);
      expect(expected.filter((hash) => arrived.includes(hash))).toEqual(arrived);
    }
  });
});

/**
 * The packet of `batch` as it arrived. An unreliable one may be dropped by the sender's throttle or the
 * receiving socket when the machine is busy, and is then sent again, a bounded number of times.
 */
async function delivered(from: End, to: End, batch: Batch): Promise<Packet | undefined> {
  const attempts = batch.kind === 'reliable' ? 1 : 500;
  for (let attempt = 0; attempt < attempts; attempt++) {
    await from.send(batch);
    const arrived = await untilMarker(from, to, batch.channel ?? 0);
    expect(arrived.length).toBeLessThanOrEqual(1);
    if (arrived.length > 0) return arrived[0];
  }
  return undefined;
}

/** What arrived before a reliable packet sent now. */
async function untilMarker(from: End, to: End, channel: number): Promise<Packet[]> {
  const marker = { channel, kind: 'reliable', size: 5, seed: 424_242 } as const;
  const markerHash = hash(contents(marker.size, marker.seed));
  await from.send(marker);
  const arrived: Packet[] = [];
  for (;;) {
    const packet = await to.received.take();
    if (packet.hash === markerHash) return arrived;
    arrived.push(packet);
  }
}

function hashes(packets: readonly Packet[]): string[] {
  return packets.map((packet) => packet.hash);
}

function expectedHashes(size: number, seed: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => hash(contents(size, seed + i)));
}
