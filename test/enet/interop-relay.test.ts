import { describe, expect, test } from 'vitest';
import { contents, hash } from '../c-peer/contents.ts';
import { type End, learnRoundTrip, Opened, type Pair, type PairOptions } from './interop-pairs.ts';
import type { Faults, Relay, Tally } from './relay.ts';

/** Each way: what a bad radio link does to datagrams, at its worst. */
const faults: Faults = { loss: 0.2, duplicate: 0.05, reorder: 0.2, reorderMs: 8, delayMs: 2 };

/**
 * For how long the link is bad at most, ms. ENet waits twice as long after each loss, without end; on a good link what
 * was lost until then arrives within as much time again.
 */
const badMs = 15_000;
/** The same for connecting, while the ends still give each other up. */
const badToConnectMs = 3_000;

const channels = [0, 1];
/** On each channel and each way, in this order: many small packets, then some of 4 and of 48 fragments. */
const batches = [
  { size: 64, seed: 1, count: 100 },
  { size: 5000, seed: 1001, count: 10 },
  { size: 65_536, seed: 2001, count: 1 },
];
const expected = batches.flatMap(({ size, seed, count }) =>
  Array.from({ length: count }, (_, i) => hash(contents(size, seed + i))),
);

describe.concurrent('through a relay that loses 20 %, doubles 5 %, reorders 20 % and delays', () => {
  test.for([
    ['our client and a C server', 'ourClient', 11],
    ['a C client and our server', 'ourServer', 11],
    ['two C hosts, to compare with', 'noneOurs', 11],
  ] as const)(
    'reliable packets between %s all arrive, in order',
    async ([name, role, seed], { onTestFinished }) => {
      const { pair, relay, connectedIn } = await meet(role, seed, onTestFinished);
      const sending = performance.now();
      await whileBad(relay, async () => {
        for (const batch of batches) {
          for (const channel of channels) {
            await pair.client.send({ ...batch, channel, kind: 'reliable' });
            await pair.server.send({ ...batch, channel, kind: 'reliable' });
          }
        }
        await Promise.all([arrivesInOrder(pair.client), arrivesInOrder(pair.server)]);
      });
      const { toServer, toClient } = relay.tallies;
      for (const { lost, duplicated, held } of [toServer, toClient])
        expect(Math.min(lost, duplicated, held)).toBeGreaterThan(0);
      console.log(
        `${name}: connected in ${connectedIn}, ${channels.length * expected.length} packets each way in ` +
          `${seconds(sending)}\n  to the server: ${told(toServer)}\n  to the client: ${told(toClient)}`,
      );
    },
  );

  test.for([
    ['our client and a C server', 'ourClient', 21],
    ['a C client and our server', 'ourServer', 22],
  ] as const)(
    'of the others between %s none arrives twice, and sequenced ones stay in order',
    async ([, role, seed], { onTestFinished }) => {
      const { pair, relay } = await meet(role, seed, onTestFinished);
      await whileBad(relay, () =>
        Promise.all([arrivesOnce(pair.client, pair.server), arrivesOnce(pair.server, pair.client)]),
      );
    },
  );
});

/** Two ends, connected through a relay, that have learnt how long a round trip takes. */
async function meet(
  role: 'ourClient' | 'ourServer' | 'noneOurs',
  seed: number,
  onTestFinished: (close: () => Promise<void>) => void,
): Promise<{ pair: Pair; relay: Relay; connectedIn: string }> {
  const opened = new Opened();
  onTestFinished(() => opened.close());
  let meeting: { relay: Relay; recovery: NodeJS.Timeout } | undefined;
  const through: PairOptions['through'] = async (port) => {
    const relay = await opened.relay(port, { seed, toServer: faults, toClient: faults });
    meeting = { relay, recovery: setTimeout(() => relay.recover(), badToConnectMs) };
    return relay.port;
  };
  const started = performance.now();
  const pair = await opened[role]({ through });
  const connectedIn = seconds(started);
  const { relay, recovery } = meeting as unknown as NonNullable<typeof meeting>;
  clearTimeout(recovery);
  await whileBad(relay, () => learnRoundTrip(pair));
  return { pair, relay, connectedIn };
}

/** Does something on a bad link, which is a good one after a while. */
async function whileBad(relay: Relay, act: () => Promise<unknown>): Promise<void> {
  relay.worsen();
  const recovery = setTimeout(() => relay.recover(), badMs);
  try {
    await act();
  } finally {
    clearTimeout(recovery);
  }
}

/** Waits for every packet, and checks each channel's contents and order. */
async function arrivesInOrder(end: End): Promise<void> {
  const arrived = await end.received.takeAll(channels.length * expected.length);
  for (const channel of channels)
    expect(arrived.filter((packet) => packet.channel === channel).map((packet) => packet.hash)).toEqual(
      expected,
    );
}

/** Sends on three channels what may be lost, and checks what arrives of it until a reliable packet on each does. */
async function arrivesOnce(from: End, to: End): Promise<void> {
  const kinds = ['unreliable', 'unreliable-fragment', 'unsequenced'] as const;
  const end = hash(contents(3, 1));
  const sent = kinds.map((_, channel) =>
    Array.from({ length: 200 }, (_, i) => hash(contents(sizeOf(channel), 1000 * channel + i))),
  );
  // In handfuls, so that each fills a datagram of its own.
  for (let first = 0; first < 200; first += 10) {
    for (const [channel, kind] of kinds.entries())
      await from.send({ channel, kind, size: sizeOf(channel), seed: 1000 * channel + first, count: 10 });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (const channel of kinds.keys()) await from.send({ channel, kind: 'reliable', size: 3, seed: 1 });

  const places: number[][] = kinds.map(() => []);
  for (let ended = 0; ended < kinds.length; ) {
    const [packet] = await to.received.takeAll(1);
    if (packet === undefined) continue;
    if (packet.hash === end) ended++;
    else places[packet.channel]?.push(sent[packet.channel]?.indexOf(packet.hash) ?? -1);
  }
  for (const [channel, kind] of kinds.entries()) {
    const arrived = places[channel] ?? [];
    expect(arrived.length, kind).toBeGreaterThan(0);
    expect(arrived, kind).not.toContain(-1);
    expect(new Set(arrived).size, kind).toBe(arrived.length);
    if (kind !== 'unsequenced') expect(arrived, kind).toEqual([...arrived].sort((a, b) => a - b));
  }
}

/** Channel 1 carries packets of three fragments. */
function sizeOf(channel: number): number {
  return channel === 1 ? 3000 : 40;
}

function seconds(from: number): string {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}

function told({ arrived, lost, duplicated, held, overtaken }: Tally): string {
  return `${arrived} datagrams, ${lost} lost, ${duplicated} doubled, ${held} held back, ${overtaken} overtaken`;
}
