import { describe, expect, it } from 'vitest';
import { Pacing } from './pacing.ts';
import { samplesPerMs } from './pcm.ts';

const hour = 3_600_000;

describe('Pacing', () => {
  it('lets a microphone pass whose crystal is 500 ppm fast, for a day', () => {
    expect(firstRefusal({ speed: 1.0005, forMs: 24 * hour })).toBeUndefined();
  });

  it('lets half a second pass that was in the buffer when the PCM opened', () => {
    const pacing = new Pacing(0);
    expect(pacing.admit(500 * samplesPerMs, 1)).toBe(true);
  });

  it('lets what a sound server kept pass after the daemon was held up for seconds', () => {
    const pacing = new Pacing(0);
    for (let now = 20; now <= 1000; now += 20) pacing.admit(20 * samplesPerMs, now);
    expect(pacing.admit(5000 * samplesPerMs, 6000)).toBe(true);
  });

  it('refuses a PCM a thousand times as fast as time within its first milliseconds', () => {
    expect(firstRefusal({ speed: 1000, forMs: hour })).toBeLessThan(20);
  });

  it('refuses sound at twice its speed within 2 s', () => {
    expect(firstRefusal({ speed: 2, forMs: hour })).toBeLessThan(2000);
  });

  it('refuses a PCM that begins to flood after an hour', () => {
    const pacing = new Pacing(0);
    for (let now = 20; now <= hour; now += 20) pacing.admit(20 * samplesPerMs, now);
    expect(pacing.admit(11_000 * samplesPerMs, hour + 1)).toBe(false);
  });
});

/** When a PCM of this speed, read every 20 ms, is refused, ms; undefined where it is not. */
function firstRefusal({ speed, forMs }: { speed: number; forMs: number }): number | undefined {
  const pacing = new Pacing(0);
  const step = speed > 10 ? 1 : 20;
  for (let now = step; now <= forMs; now += step) {
    if (!pacing.admit(step * speed * samplesPerMs, now)) return now;
  }
  return undefined;
}
