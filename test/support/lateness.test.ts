import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { leastOf, timed } from './lateness.ts';

const sleep = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Computes for so many ms of the processor's time. */
function compute(ms: number): void {
  for (const { user: begin } = process.cpuUsage(); process.cpuUsage().user - begin < 1e3 * ms; )
    for (let n = 0; n < 1e5; n++) Math.sqrt(n);
}

describe('what is timed', () => {
  it('knows for how long the process was held up', async () => {
    const { value, took, late } = await timed(async () => {
      await delay(20);
      sleep(300);
      return delay(20, 'done');
    });
    expect(value).toBe('done');
    expect(took).toBeGreaterThan(339);
    expect(late).toBeGreaterThan(280);
    expect(late).toBeLessThan(took);
  });

  it('does not take for that what the process computes', async () => {
    const { took, late } = await timed(async () => compute(200));
    expect(took - late).toBeGreaterThan(190);
  });
});

describe('the least of several', () => {
  it.each([
    { measured: [9, 2, 1], limit: 5, tries: 3, least: 2 },
    { measured: [9, 7, 8], limit: 5, tries: 3, least: 7 },
  ])('of $measured is $least', async ({ measured, limit, tries, least }) => {
    const left = [...measured];
    expect(await leastOf(tries, limit, async () => left.shift() ?? 0)).toBe(least);
  });
});
