import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

describe('Backoff', () => {
  it('doubles from the first wait to the longest and stays there', () => {
    const backoff = new Backoff({ firstMs: 500, longestMs: 3000 });
    expect(Array.from({ length: 5 }, () => backoff.next())).toEqual([500, 1000, 2000, 3000, 3000]);
  });

  it('starts over after a reset', () => {
    const backoff = new Backoff({ firstMs: 500 });
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });
});
