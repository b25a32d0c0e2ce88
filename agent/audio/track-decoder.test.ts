import { describe, expect, it } from 'vitest';
import { levelOf, sine, toneShare } from '../../test/support/virtual-microphone-signal.ts';
import { openOpus } from './open-opus.ts';
import { defaultOpusSettings, type OpusBinding } from './opus.ts';
import { TrackDecoder } from './track-decoder.ts';

const { binding: wasm } = await openOpus('wasm');
const { binding: native } = await openOpus('libopus');
const bindings = [wasm, native];

/** How packets fare: ms from sending to arrival of the `n`th, or undefined if it is lost. */
type Fate = (n: number) => number | undefined;

interface Heard {
  readonly sound: Int16Array;
  readonly decoder: TrackDecoder;
}

const tones = new Map<string, Promise<Uint8Array[]>>();

/** Five seconds of 440 Hz at -20 dBFS in packets of `frameMs`. */
function tone(binding: OpusBinding, frameMs: 10 | 20): Promise<Uint8Array[]> {
  const key = `${binding.name} ${frameMs}`;
  const samples = frameMs * 48;
  const encode = async () => {
    const encoder = await binding.createEncoder({ ...defaultOpusSettings, frameMs });
    return Array.from({ length: 5_000 / frameMs }, (_, n) =>
      encoder.encode(sine(440, -20, samples, n * samples)),
    );
  };
  const packets = tones.get(key) ?? encode();
  tones.set(key, packets);
  return packets;
}

/** The tone from one end to the other, pulled every `pullMs`. */
async function hear(
  binding: OpusBinding,
  fate: Fate,
  { pullMs = 20, frameMs = 20, seconds = 5 }: { pullMs?: number; frameMs?: 10 | 20; seconds?: number } = {},
): Promise<Heard> {
  const decoder = new TrackDecoder(await binding.createDecoder());
  const arrivals: { at: number; packet: Uint8Array }[] = [];
  for (const [n, packet] of (await tone(binding, frameMs)).entries()) {
    const delay = fate(n);
    if (delay === undefined) continue;
    const at = Math.max(n * frameMs + delay, arrivals.at(-1)?.at ?? 0);
    arrivals.push({ at, packet });
  }
  const sound = new Int16Array(seconds * 48_000);
  for (let now = 0; now < seconds * 1_000; now += pullMs) {
    while (arrivals[0] && arrivals[0].at <= now) decoder.push(arrivals[0].packet, arrivals.shift()!.at);
    sound.set(decoder.pull(pullMs * 48, now), now * 48);
  }
  return { sound, decoder };
}

/** A network that loses a tenth of the packets, with a jitter of at most 8 ms. */
const lossy: Fate = (n) => (noise(n) < 0.1 ? undefined : 8 * noise(n + 10_000));

/** Uniform in [0, 1), the same for the same `n`. */
function noise(n: number): number {
  const mixed = Math.imul(n ^ 0x9e37_79b9, 0x85eb_ca6b);
  return (Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35) >>> 0) / 2 ** 32;
}

describe.each(bindings)('a tone, with libopus as $name', (binding) => {
  it('arrives whole where nothing happens to it', async () => {
    const { sound, decoder } = await hear(binding, () => 3);
    expect(toneShare(sound.subarray(4_800), 440)).toBeGreaterThan(0.97);
    expect(levelOf(sound.subarray(4_800))).toBeCloseTo(-20, 0);
    expect(decoder.counters).toMatchObject({ concealedMs: 0, recoveredMs: 0, broken: 0, dropped: 0 });
  });

  it.each([10, 20] as const)('stays a tone with a tenth of its packets of %i ms lost', async (frameMs) => {
    const { sound, decoder } = await hear(binding, lossy, { frameMs });
    const { concealedMs, recoveredMs, lagMs } = decoder.counters;
    expect(toneShare(sound.subarray(4_800), 440)).toBeGreaterThan(frameMs === 20 ? 0.85 : 0.75);
    expect(levelOf(sound.subarray(4_800))).toBeGreaterThan(-21);
    expect(concealedMs + recoveredMs).toBeGreaterThan(300);
    expect(concealedMs + recoveredMs).toBeLessThan(700);
    expect(lagMs).toBeLessThan(120);
  });

  it('goes on after what is no packet', async () => {
    const decoder = new TrackDecoder(await binding.createDecoder());
    const encoder = await binding.createEncoder(defaultOpusSettings);
    for (let n = 0; n < 100; n++) {
      decoder.push(new Uint8Array(0), n * 20);
      decoder.push(n % 2 ? encoder.encode(sine(440, -20, 960, n * 960)) : Uint8Array.of(0xff, 0x7f), n * 20);
      expect(decoder.pull(960, n * 20)).toHaveLength(960);
    }
    expect(decoder.counters.broken).toBe(150);
    expect(decoder.counters.packets).toBeGreaterThan(40);
  });
});

it.each(bindings)('recovers most of what is lost, with libopus as $name', async (binding) => {
  const { decoder } = await hear(binding, lossy);
  const { concealedMs, recoveredMs } = decoder.counters;
  expect(recoveredMs).toBeGreaterThan(2 * concealedMs);
});

describe('what is pulled', () => {
  it.each([1, 5, 10, 25, 100])('goes on evenly in pieces of %i ms', async (pullMs) => {
    const { sound, decoder } = await hear(wasm, () => 3, { pullMs, seconds: 2 });
    // What is asked for long before it is played must wait as long; that is learned in the first second.
    expect(toneShare(sound.subarray(48_000), 440)).toBeGreaterThan(0.95);
    expect(decoder.counters.lagMs).toBeLessThan(60 + 2 * pullMs + 20);
  });

  it('is silence before the first packet and after the last', async () => {
    const decoder = new TrackDecoder(await wasm.createDecoder());
    expect(decoder.active).toBe(false);
    expect(decoder.pull(4_801, 0)).toEqual(new Int16Array(4_801));
    const encoder = await wasm.createEncoder(defaultOpusSettings);
    for (let n = 0; n < 5; n++) decoder.push(encoder.encode(sine(440, -20, 960, n * 960)), 1_000 + n);
    expect(decoder.active).toBe(true);
    for (let now = 1_000; now < 1_400; now += 20) decoder.pull(960, now);
    expect(decoder.active).toBe(false);
    expect(decoder.pull(960, 1_400)).toEqual(new Int16Array(960));
    decoder.close();
  });
});

it('makes nothing of hostile bytes but silence and counts', async () => {
  const decoder = new TrackDecoder(await wasm.createDecoder());
  let state = 3;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
  let now = 0;
  for (let n = 0; n < 1_000; n++) {
    decoder.push(
      Uint8Array.from({ length: random(60) }, () => random(256)),
      now,
    );
    if (random(3) === 0) expect(decoder.pull(480, now)).toHaveLength(480);
    now += random(20);
  }
  expect(decoder.counters.depthMs).toBeLessThanOrEqual(1_000);
});
