/**
 * How long a small reliable message takes to a server of the ENet C library and back, for a client of ours and a
 * client of the C library side by side, and what one idle connection costs. Run by scripts/benchmark.
 */
import { parseArgs } from 'node:util';
import { CPeer } from '../c-peer/c-peer.ts';
import { contents } from '../c-peer/contents.ts';
import { OurClient } from './enet-latency-client.ts';
import { idleCosts } from './enet-latency-idle.ts';

/** Milliseconds between two sends, at least and at most. */
interface Gap {
  readonly minimum: number;
  readonly maximum: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    samples: { type: 'string', default: '400' },
    'warm-up': { type: 'string', default: '10000' },
    'idle-seconds': { type: 'string', default: '60' },
  },
});
const rounds = Number(values.rounds);
const samples = Number(values.samples);
/** Messages sent beforehand as fast as they return, so that what is measured has run as in a daemon up for a while. */
const warmUp = Number(values['warm-up']);

const size = 64;
const channel = 1;
/** Between two sends; 50 a second on average, and never in step with anything. */
const pacedMs: Gap = { minimum: 10, maximum: 30 };
/** The two clients take turns of this many samples, so that both meet the same moods of the machine. */
const turn = 50;

const server = await CPeer.open();
await server.command('echo', 'on');
const theirs = await CPeer.open();
const theirIndex = await theirs.connect(server.port);
await theirs.connected.take();
const ours = await OurClient.connect(server.port);

const clients: { name: string; measure(count: number, gap: Gap, seed: number): Promise<number[]> }[] = [
  {
    name: 'ours',
    measure: (count, gap, seed) => ours.measure({ channel, size, gaps: gaps(count, gap, seed), seed }),
  },
  {
    name: 'C',
    measure: async (count, { minimum, maximum }, seed) => {
      const times = await theirs.command('measure', theirIndex, channel, size, count, minimum, maximum, seed);
      return times.map(Number);
    },
  },
];

console.log(`${size} bytes, reliable, echoed by a C server; ${samples} samples a round, ms`);
if (warmUp > 0) {
  for (const { measure } of clients) await measure(warmUp, { minimum: 0, maximum: 0 }, 0);
  console.log(`after ${warmUp} messages without a pause`);
}
console.log('round  client      p50      p99      max');
const all = new Map<string, number[]>(clients.map(({ name }) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  const measured = new Map<string, number[]>(clients.map(({ name }) => [name, []]));
  for (let first = 0; first < samples; first += turn) {
    for (const { name, measure } of clients)
      measured
        .get(name)
        ?.push(...(await measure(Math.min(turn, samples - first), pacedMs, round * samples + first)));
  }
  for (const [name, times] of measured) {
    print(String(round), name, times);
    all.get(name)?.push(...times);
  }
}
for (const [name, times] of all) print('all', name, times);
const [oursAll = [], theirsAll = []] = [...all.values()];
const ratio = (share: number) => (quantile(oursAll, share) / quantile(theirsAll, share)).toFixed(2);
console.log(`ours / C: p50 ${ratio(0.5)}, p99 ${ratio(0.99)}`);
await ours.close();
await theirs.close();

await idleCosts(server, Number(values['idle-seconds']));
await server.close();

/** The pauses peer.c takes for the same seed. */
function gaps(count: number, { minimum, maximum }: Gap, seed: number): number[] {
  return [...contents(count, seed)].map((byte) => minimum + ((maximum - minimum) * byte) / 255);
}

function print(round: string, name: string, times: number[]): void {
  const figures = [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(3).padStart(9)).join('');
  console.log(`${round.padEnd(7)}${name.padEnd(6)}${figures}`);
}

function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
