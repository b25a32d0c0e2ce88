import { describe, expect, test } from 'vitest';
import { contents, hash } from '../c-peer/contents.ts';
import { type End, Opened, type Pair, type PairOptions } from './interop-pairs.ts';
import type { Faults, Relay, Tally } from './relay.ts';

/** Each way: what a bad radio link does to datagrams, at its worst. */
const faults: Faults = { loss: 0.2, duplicate: 0.05, reorder: 0.2, reorderMs: 15, delayMs: 5 };

const limitMs = 60_000;
/** An unlucky command may be lost many times, and waits twice as long each time: nobody gives up here. */
const patient = { limit: 1000, minimum: limitMs, maximum: limitMs };

const channels = [0, 1];
/** On each channel and each way, in this order: many small packets, then some of 4 and of 48 fragments. */
const batches = [
  { size: 64, seed: 1, count: 300 },
  { size: 5000, seed: 1001, count: 20 },
  { size: 65_536, seed: 2001, count: 3 },
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
    { timeout: 2 * limitMs },
    async ([name, role, seed], { onTestFinished }) => {
      const opened = new Opened();
      onTestFinished(() => opened.close());
      let relay: Relay | undefined;
      const through: PairOptions['through'] = async (port) => {
        relay = await opened.relay(port, { seed, toServer: faults, toClient: faults });
        return relay.port;
      };

      const started = performance.now();
      const pair = await opened[role]({ through });
      const connected = performance.now();
      await pair.client.setTimeout(patient);
      await pair.server.setTimeout(patient);
      await learnRoundTrip(pair);

      const sending = performance.now();
      for (const batch of batches) {
        for (const channel of channels) {
          await pair.client.send({ ...batch, channel, kind: 'reliable' });
          await pair.server.send({ ...batch, channel, kind: 'reliable' });
        }
      }
      await Promise.all([arrivesInOrder(pair.client), arrivesInOrder(pair.server)]);
      const { toServer, toClient } = (relay as Relay).tallies;
      console.log(
        `${name}: connected in ${seconds(started, connected)}, ${channels.length * expected.length} packets each way in ` +
          `${seconds(sending)}\n  to the server: ${told(toServer)}\n  to the client: ${told(toClient)}`,
      );
    },
  );
});

/** Before its first sample, a peer waits half a second and more before it sends anything again. */
async function learnRoundTrip({ client, server }: Pair): Promise<void> {
  for (let seed = 0; seed < 5; seed++) {
    await client.send({ kind: 'reliable', size: 8, seed });
    await server.received.takeAll(1, limitMs);
    await server.send({ kind: 'reliable', size: 8, seed });
    await client.received.takeAll(1, limitMs);
  }
}

/** Waits for every packet, and checks each channel's contents and order. */
async function arrivesInOrder(end: End): Promise<void> {
  const arrived = await end.received.takeAll(channels.length * expected.length, limitMs);
  for (const channel of channels)
    expect(arrived.filter((packet) => packet.channel === channel).map((packet) => packet.hash)).toEqual(
      expected,
    );
}

function seconds(from: number, to = performance.now()): string {
  return `${((to - from) / 1000).toFixed(1)} s`;
}

function told({ arrived, lost, duplicated, held, overtaken }: Tally): string {
  return `${arrived} datagrams, ${lost} lost, ${duplicated} doubled, ${held} held back, ${overtaken} overtaken`;
}
