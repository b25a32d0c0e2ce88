import { expect, it } from 'vitest';
import type { OpusDecoder } from '../../audio/opus.ts';
import { Recording } from './recording.ts';

/** Packets of one byte become 20 ms of that loudness; an empty one is broken. */
const decoder: OpusDecoder = {
  decode: (packet) => (packet.length === 0 ? undefined : new Int16Array(960).fill(packet[0]! * 128)),
  close: () => {},
};

function record() {
  const written: number[] = [];
  const sink = {
    write(samples: Int16Array) {
      for (const sample of samples) written.push(sample);
      return true;
    },
  };
  return { recording: new Recording(decoder, sink), written };
}

it('is what was heard, in the order it arrived', () => {
  const { recording, written } = record();
  recording.add(Uint8Array.of(128), 1_000);
  recording.add(Uint8Array.of(64), 1_025);
  expect(recording.seconds).toBeCloseTo(0.04);
  expect([written[0], written[960]]).toEqual([16_384, 8_192]);
});

it('has silence where the track paused, but not where a packet was late', () => {
  const { recording, written } = record();
  recording.add(Uint8Array.of(128), 1_000);
  recording.add(Uint8Array.of(128), 1_150);
  expect(recording.seconds).toBeCloseTo(0.04);
  recording.add(Uint8Array.of(128), 2_000);
  expect(recording.seconds).toBeCloseTo(1.02);
  expect(written[30_000]).toBe(0);
  recording.end(3_000);
  expect(recording.seconds).toBeCloseTo(2);
});

it('tells the level of what was heard, silence apart', () => {
  const { recording } = record();
  expect(recording.level).toBe(Number.NEGATIVE_INFINITY);
  recording.add(Uint8Array.of(128), 1_000);
  recording.end(10_000);
  expect(recording.level).toBeCloseTo(-6.02, 1);
});

it('counts what is no Opus', () => {
  const { recording } = record();
  recording.add(new Uint8Array(), 1_000);
  expect([recording.packets, recording.broken, recording.seconds]).toEqual([0, 1, 0]);
});
