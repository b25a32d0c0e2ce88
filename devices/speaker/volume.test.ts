import { describe, expect, it } from 'vitest';
import { applyVolume } from './volume.ts';

describe('the volume', () => {
  it.each([
    [100, 8000],
    [80, 4096],
    [50, 1000],
    [0, 0],
  ])('of %d percent makes 8000 of a loud sample %d', (percent, expected) => {
    const samples = Int16Array.of(8000, -8000);
    applyVolume(samples, percent);
    expect([...samples]).toEqual([expected, expected === 0 ? 0 : -expected]);
  });
});
