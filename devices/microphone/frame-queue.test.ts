import { describe, expect, it } from 'vitest';
import { FrameQueue } from './frame-queue.ts';

/** Bytes of `ms` of sound. */
const sound = (ms: number) => new Uint8Array(ms * 96);

describe('FrameQueue', () => {
  it('stamps frames with the time their first sample was captured, whatever delayed their bytes', () => {
    const queue = new FrameQueue(20);
    const begin = 1000;
    let worst = 0;
    for (let n = 1; n <= 500; n++) {
      const delay = [0.1, 3, 8, 15][n % 4] ?? 0;
      queue.push(sound(20));
      const [frame] = queue.take(begin + n * 20 + delay);
      if (n > 10) worst = Math.max(worst, Math.abs((frame?.time ?? 0) - (begin + (n - 1) * 20)));
    }
    expect(worst).toBeLessThan(0.2);
  });

  it('follows a card whose clock is slower than ours', () => {
    const queue = new FrameQueue(20);
    const frameMs = 20 * (1 + 100e-6);
    let error = 0;
    for (let n = 1; n <= 50_000; n++) {
      queue.push(sound(20));
      const [frame] = queue.take(n * frameMs);
      error = Math.abs((frame?.time ?? 0) - (n - 1) * frameMs);
    }
    expect(error).toBeLessThan(1);
  });

  it('keeps the newest 200 ms of what piled up and says how much it threw away', () => {
    const queue = new FrameQueue(20);
    queue.push(sound(20));
    expect(queue.take(20)).toHaveLength(1);
    const dropped = [sound(500), sound(500), sound(10)].map((bytes) => queue.push(bytes));
    expect(dropped).toEqual([15, 25, 0]);
    const frames = queue.take(1030);
    expect(frames.map(({ time }) => Math.round(time))).toEqual([
      820, 840, 860, 880, 900, 920, 940, 960, 980, 1000,
    ]);
  });

  it('counts time anew when samples were lost', () => {
    const queue = new FrameQueue(20);
    queue.push(sound(20));
    queue.take(20);
    queue.push(sound(20));
    expect(queue.take(5040).map(({ time }) => time)).toEqual([5020]);
  });
});
