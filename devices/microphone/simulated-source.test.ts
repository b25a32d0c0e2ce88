import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import { LevelMeter } from '../sound/level.ts';
import type { PcmFrame } from './pcm.ts';
import { SimulatedSource } from './simulated-source.ts';

describe('SimulatedSource', () => {
  it('gives a frame every 20 ms, none early, none late, and never silence', async () => {
    const { time, source, frames } = start(20);
    await time.advance(10_000);
    expect(frames.length).toBe(500);
    expect(frames.map((frame) => frame.time)).toEqual(frames.map((_, index) => 100 + index * 20));
    expect(frames.every(({ samples }) => samples.length === 960)).toBe(true);
    const meter = new LevelMeter();
    for (const { samples } of frames) meter.add(samples);
    expect(meter.take()).toBeGreaterThan(-30);
    await source.stop();
  });

  it('gives frames of 10 ms where they are asked for', async () => {
    const { time, frames } = start(10);
    await time.advance(1000);
    expect(frames.length).toBe(100);
    expect(frames[0]?.samples.length).toBe(480);
  });

  it('is silent once stopped', async () => {
    const { time, source, frames } = start(20);
    await time.advance(100);
    await source.stop();
    await time.advance(1000);
    expect(frames.length).toBe(5);
    expect(time.pending).toBe(0);
  });

  it('says that it is simulated', () => {
    expect(start(20).source.simulated).toBe(true);
  });
});

function start(frameMs: number) {
  const time = new VirtualTime(100);
  const source = new SimulatedSource(frameMs, time);
  const frames: PcmFrame[] = [];
  source.start({ frame: (frame) => frames.push(frame), fault: () => undefined, recovered: () => undefined });
  return { time, source, frames };
}
