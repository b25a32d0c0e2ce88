import { rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { concatenate, levelOf, sine, toneShare } from '../../../test/support/virtual-microphone-signal.ts';
import { openOpus } from '../../audio/open-opus.ts';
import type { OpusDecoder } from '../../audio/opus.ts';
import { defaultOpusSettings } from '../../audio/opus.ts';
import { WavWriter } from '../../audio/wav.ts';
import { Recording } from './recording.ts';

/** Packets of 20 ms become that loudness; what is lost is made up as 1. */
const decoder: OpusDecoder = {
  decode: (packet) => new Int16Array(960).fill(packet[1]! * 128),
  conceal: (ms) => new Int16Array(ms * 48).fill(1),
  recover: () => undefined,
  close: () => {},
};
const packet = (loudness: number) => Uint8Array.of(31 << 3, loudness, 0);

function record(longestSeconds?: number, roomFor = Number.POSITIVE_INFINITY) {
  const written: number[] = [];
  const sink = {
    write(samples: Int16Array) {
      for (const sample of samples) written.push(sample);
      return true;
    },
    skip: (samples: number) => {
      if (written.length + samples > roomFor) return false;
      for (let n = 0; n < samples; n++) written.push(0);
      return true;
    },
  };
  return { recording: new Recording(decoder, sink, longestSeconds), written };
}

/** As many packets, 20 ms apart. */
function speak(recording: Recording, fromMs: number, packets: number): void {
  for (let n = 0; n < packets; n++) recording.add(packet(128), fromMs + n * 20);
}

it('begins with the first sound and is as long as the time it took', () => {
  const { recording, written } = record();
  speak(recording, 1_000, 50);
  recording.end(2_000);
  expect(recording.seconds).toBeGreaterThan(0.99);
  expect(recording.seconds).toBeLessThan(1.03);
  expect(written.indexOf(16_384)).toBeLessThan(20 * 48);
  expect(recording.counters).toMatchObject({ packets: 50, concealedMs: 0 });
});

it('has silence where the track paused, but not where a packet was late', () => {
  const { recording, written } = record();
  speak(recording, 1_000, 10);
  recording.add(packet(128), 1_230);
  speak(recording, 1_231, 1);
  speak(recording, 3_000, 10);
  recording.end(4_000);
  expect(recording.seconds).toBeCloseTo(2.8, 1);
  expect(recording.counters).toMatchObject({ packets: 22 });
  expect(written.filter((sample) => sample === 16_384).length / 48).toBeCloseTo(440, -1);
  expect(written[48_000]).toBe(0);
});

it('tells the level of what was heard, silence apart', () => {
  const { recording } = record();
  expect(recording.level).toBe(Number.NEGATIVE_INFINITY);
  speak(recording, 1_000, 100);
  recording.end(10_000);
  expect(recording.level).toBeCloseTo(-6.2, 0);
});

it('is no longer than it may be', () => {
  const { recording, written } = record(0.5);
  speak(recording, 1_000, 20);
  expect(recording.complete).toBe(false);
  speak(recording, 1_400, 30);
  expect(recording.complete).toBe(true);
  expect(written).toHaveLength(24_000);
});

it('takes a pause of hours at once, as a hole in its file', async () => {
  const path = join(tmpdir(), `pause-${process.pid}.wav`);
  onTestFinished(() => rm(path));
  const wav = new WavWriter(path);
  const recording = new Recording(decoder, wav);
  speak(recording, 0, 20);
  speak(recording, 12 * 3_600_000, 20);
  recording.end(12 * 3_600_000 + 400);
  wav.close();
  expect(recording).toMatchObject({ complete: false, full: false });
  expect(recording.seconds).toBeCloseTo(12 * 3_600, 0);
  const { size, blocks } = await stat(path);
  expect(size).toBe(44 + Math.round(recording.seconds * 48_000) * 2);
  expect(blocks * 512).toBeLessThan(1_000_000);
});

it('is complete once no more fits where it goes, and says so', () => {
  const { recording, written } = record(undefined, 48_000);
  speak(recording, 0, 20);
  speak(recording, 10_000, 20);
  recording.end(10_400);
  expect(recording).toMatchObject({ complete: true, full: true });
  expect(written.length).toBeLessThan(48_000);
});

it('has nothing of what is no Opus', () => {
  const { recording } = record();
  recording.add(new Uint8Array(), 1_000);
  recording.end(2_000);
  expect(recording.counters).toMatchObject({ packets: 0, broken: 1 });
  expect([recording.seconds, recording.began]).toEqual([0, undefined]);
});

it('of a tone is that tone for as long, though a tenth of its packets are lost and the others late', async () => {
  const { binding } = await openOpus('wasm');
  const encoder = await binding.createEncoder(defaultOpusSettings);
  const written: Int16Array[] = [];
  const sink = {
    write: (samples: Int16Array) => {
      written.push(samples.slice());
      return true;
    },
    skip: () => false,
  };
  const recording = new Recording(await binding.createDecoder(), sink, 5);
  for (let n = 0; !recording.complete; n++) {
    const opus = encoder.encode(sine(440, -20, 960, n * 960));
    if (n % 10 !== 9) recording.add(opus, n * 20 + ((n * 11) % 17));
  }
  const sound = concatenate(written);
  expect(sound).toHaveLength(5 * 48_000);
  expect(toneShare(sound.subarray(4_800), 440)).toBeGreaterThan(0.85);
  expect(levelOf(sound.subarray(4_800))).toBeGreaterThan(-21);
  const { concealedMs, recoveredMs, lagMs } = recording.counters;
  expect(concealedMs + recoveredMs).toBeGreaterThan(300);
  expect(lagMs).toBeLessThan(250);
  recording.close();
});
