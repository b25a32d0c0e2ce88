import { expect, it } from 'vitest';
import { openOpus } from '../../agent/audio/open-opus.ts';
import { defaultOpusSettings } from '../../agent/audio/opus.ts';
import { TrackDecoder } from '../../agent/audio/track-decoder.ts';
import type { NetworkFaults } from '../../agent/enet/index.ts';
import { concatenate, levelOf, sine, toneShare } from '../support/virtual-microphone-signal.ts';
import { VirtualPair } from './virtual-pair.ts';

const hz = 440;
const packetMs = 20;
const packetSamples = packetMs * 48;
const packets = 400;

/** A tone, sent as media is, over two real hosts and a network with `faults`, and played as it arrives. */
async function played(faults: Partial<NetworkFaults>) {
  const { binding } = await openOpus('wasm');
  const encoder = await binding.createEncoder({ ...defaultOpusSettings, expectedLoss: 20 });
  const decoder = new TrackDecoder(await binding.createDecoder());
  const pair = new VirtualPair();
  const { ours, theirs } = pair.connected(5);
  ours.exemptFromThrottle(3);
  const arrivals: number[] = [];
  theirs.onPacket = (_channel, data) => {
    // The number of the packet, and what it is.
    arrivals.push(new DataView(data.buffer, data.byteOffset).getUint32(0));
    decoder.push(data.subarray(4), pair.time.now());
  };
  Object.assign(pair.network.faults, faults);
  const heard: Int16Array[] = [];
  for (let n = 0; n < packets; n++) {
    const opus = encoder.encode(sine(hz, -20, packetSamples, n * packetSamples));
    const media = new Uint8Array(4 + opus.length);
    new DataView(media.buffer).setUint32(0, n);
    media.set(opus, 4);
    ours.send(3, media, 'unreliable');
    pair.time.run(packetMs);
    heard.push(decoder.pull(packetSamples, pair.time.now()));
  }
  const { counters } = decoder;
  decoder.close();
  encoder.close();
  const sound = concatenate(heard);
  const begin = sound.findIndex((sample) => Math.abs(sample) > 300);
  // From when the buffer has seen what the network is like.
  return { delayMs: begin / 48, sound: sound.subarray(begin + 24_000), arrivals, counters };
}

/** Longest stretch without sound, ms: of a tone of 440 Hz less than one. */
function longestGap(sound: Int16Array): number {
  let [longest, current] = [0, 0];
  for (const sample of sound) {
    current = Math.abs(sample) < 300 ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest / 48;
}

it.each<[string, Partial<NetworkFaults>, number]>([
  ['is only uneven', { jitter: 5 }, 0],
  ['reorders', { reordering: 0.1, jitter: 5 }, 0.02],
  ['loses', { loss: 0.1, jitter: 5 }, 0.05],
  ['reorders, loses and repeats', { loss: 0.05, reordering: 0.05, duplication: 0.1, jitter: 10 }, 0.05],
])('a tone over a network that %s is heard whole', async (_what, faults, leastLost) => {
  const { delayMs, sound, arrivals, counters } = await played(faults);
  expect(delayMs).toBeLessThan(200);
  const lost = packets - arrivals.length;
  expect(lost / packets).toBeGreaterThanOrEqual(leastLost);
  // ENet lets nothing through that was overtaken, or was there before.
  expect(arrivals).toEqual([...new Set(arrivals)].sort((a, b) => a - b));
  const madeUp = counters.concealedMs + counters.recoveredMs;
  expect(madeUp).toBeGreaterThanOrEqual(lost * packetMs * 0.9);
  expect(madeUp).toBeLessThanOrEqual(lost * packetMs * 1.5);
  expect([counters.packets >= arrivals.length - 10, counters.broken]).toEqual([true, 0]);
  expect(toneShare(sound, hz)).toBeGreaterThan(0.88);
  expect(Math.abs(levelOf(sound) + 20)).toBeLessThan(1.2);
  expect(longestGap(sound)).toBeLessThan(packetMs);
});
