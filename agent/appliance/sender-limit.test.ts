import { describe, expect, it } from 'vitest';
import { SenderLimit } from './sender-limit.ts';

function taken(limit: SenderLimit, sender: string, times: number, now: number): number {
  return Array.from({ length: times }, () => limit.take(sender, now)).filter(Boolean).length;
}

describe('the limit of a sender', () => {
  it('lets a sender through 20 times at once, and again as the second passes', () => {
    const limit = new SenderLimit(20);
    expect(taken(limit, 'ann', 100, 0)).toBe(20);
    expect(taken(limit, 'ann', 100, 500)).toBe(10);
    expect(taken(limit, 'ann', 100, 60_000)).toBe(20);
  });

  it('counts every sender alone', () => {
    const limit = new SenderLimit(20);
    taken(limit, 'ann', 100, 0);
    expect(taken(limit, 'bob', 1, 0)).toBe(1);
  });

  it('forgets the sender unheard of for longest once a thousand others came', () => {
    const limit = new SenderLimit(20);
    taken(limit, 'ann', 20, 0);
    for (let i = 0; i < 1_024; i++) limit.take(`stranger ${i}`, 0);
    expect(limit.take('ann', 0)).toBe(true);
  });
});
