import type { OpusDecoder } from '../../agent/audio/opus.ts';
import { TrackDecoder, type TrackDecoderCounters } from '../../agent/audio/track-decoder.ts';

/** Sound of one sender over a network to `TrackDecoder`, in virtual time, each packet marked. */

export interface SimulatedNetwork {
  readonly name: string;
  /** Mean of the exponential jitter of each packet, ms. */
  readonly jitterMs: number;
  /** Now and then nothing gets through for so long at most, ms; then all at once. */
  readonly stallMs: number;
  /** Mean time between such stalls, ms. */
  readonly stallEveryMs: number;
  /** A queue that fills and empties within a minute adds up to so much, ms. */
  readonly queueMs: number;
}

export interface PlayoutOptions {
  readonly network: SimulatedNetwork;
  /** Share of packets lost, each by itself. */
  readonly loss: number;
  /** The sender's clock against ours, parts per million. */
  readonly driftPpm: number;
  readonly minutes: number;
  /** Whether the sender pauses as people do, sending nothing. */
  readonly pauses?: boolean;
  readonly packetMs?: number;
  readonly seed?: number;
}

export interface Playout {
  /** From the fastest arrival possible to the moment it is played, of packets played, ms. */
  readonly delayP50: number;
  readonly delayP95: number;
  /** Median of the last sixth less that of the second sixth, ms: what grows shows here. */
  readonly growth: number;
  readonly largestDepthMs: number;
  /** Shares of the time that was to be sound. */
  readonly concealed: number;
  readonly recovered: number;
  readonly silent: number;
  readonly counters: TrackDecoderCounters;
}

const pullMs = 20;
const samplesPerMs = 48;
/** What a marked packet sounds like: never quiet, and none like the one before. */
const firstMark = 3_000;
const marks = 25_000;
const madeUp = 1;
const recovered = 2;

export function simulatePlayout(options: PlayoutOptions): Playout {
  const { network, loss, driftPpm, minutes, pauses = false, packetMs = 20, seed = 1 } = options;
  const random = seeded(seed);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const endMs = minutes * 60_000;
  const pace = 1 + driftPpm / 1e6;

  const sentAt: number[] = [];
  const arrivals: { n: number; at: number }[] = [];
  let [stallFrom, stallUntil] = [exponential(network.stallEveryMs), 0];
  let speaksUntil = pauses ? 2_000 : Number.POSITIVE_INFINITY;
  let spokenMs = 0;
  for (let at = 0; at < endMs; at += packetMs * pace) {
    if (at > speaksUntil) {
      at += 300 + exponential(1_000);
      speaksUntil = at + 500 + exponential(2_500);
    }
    sentAt.push(at);
    spokenMs += packetMs;
    while (at > stallFrom + network.stallMs) stallFrom += exponential(network.stallEveryMs);
    stallUntil = at >= stallFrom ? stallFrom + network.stallMs * (0.3 + 0.7 * ((stallFrom * 7) % 1)) : 0;
    if (random() < loss) continue;
    const queue = (network.queueMs / 2) * (1 - Math.cos((2 * Math.PI * at) / 60_000));
    const arrival = Math.max(at + exponential(network.jitterMs) + queue, stallUntil);
    // ENet drops what was overtaken.
    while (arrivals.length > 0 && arrivals.at(-1)!.at > arrival) arrivals.pop();
    arrivals.push({ n: sentAt.length - 1, at: arrival });
  }

  const decoder = new TrackDecoder(markedDecoder(packetMs));
  const delays: { at: number; delay: number }[] = [];
  let [next, last, concealed, silent, largestDepthMs, played] = [0, -1, 0, 0, 0, 0];
  for (let due = 0; due < endMs; due += pullMs) {
    const now = due + Math.min(exponential(0.5), pullMs / 2);
    for (let arrival = arrivals[next]; arrival && arrival.at <= now; arrival = arrivals[++next])
      decoder.push(marked(arrival.n, packetMs), arrival.at);
    if (due % 1_000 === 0) largestDepthMs = Math.max(largestDepthMs, decoder.counters.depthMs);
    const sound = decoder.pull(pullMs * samplesPerMs, now);
    for (let ms = 0; ms < pullMs; ms++) {
      const mark = sound[ms * samplesPerMs]!;
      if (mark === madeUp) concealed++;
      else if (mark === recovered) played++;
      else if (mark === 0) silent++;
      else if (mark >= firstMark) {
        const n = last + ((((mark - firstMark - last) % marks) + marks) % marks);
        if (n !== last && n < sentAt.length) delays.push({ at: due, delay: due + ms - sentAt[n]! });
        last = n;
        played++;
      }
    }
  }
  const of = (from: number, to: number) =>
    delays.filter(({ at }) => at >= endMs * from && at < endMs * to).map(({ delay }) => delay);
  return {
    delayP50: quantile(of(0, 1), 0.5),
    delayP95: quantile(of(0, 1), 0.95),
    growth: quantile(of(5 / 6, 1), 0.5) - quantile(of(1 / 6, 2 / 6), 0.5),
    largestDepthMs,
    concealed: concealed / spokenMs,
    recovered: decoder.counters.recoveredMs / spokenMs,
    silent: pauses ? Math.max(0, spokenMs - played - concealed) / spokenMs : silent / spokenMs,
    counters: decoder.counters,
  };
}

function marked(n: number, packetMs: number): Uint8Array {
  const config = 28 + Math.log2(packetMs / 2.5);
  const packet = new Uint8Array(5);
  packet[0] = config << 3;
  new DataView(packet.buffer).setUint32(1, n);
  return packet;
}

function markedDecoder(packetMs: number): OpusDecoder {
  const markOf = (packet: Uint8Array) =>
    firstMark + (new DataView(packet.buffer, packet.byteOffset).getUint32(1) % marks);
  return {
    decode: (packet) => new Int16Array(packetMs * samplesPerMs).fill(markOf(packet)),
    conceal: (ms) => new Int16Array(ms * samplesPerMs).fill(madeUp),
    recover(_next, ms) {
      const sound = new Int16Array(ms * samplesPerMs).fill(madeUp);
      return sound.fill(recovered, sound.length - packetMs * samplesPerMs);
    },
    close: () => {},
  };
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
