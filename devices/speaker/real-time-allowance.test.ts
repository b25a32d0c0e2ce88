import { describe, expect, it } from 'vitest';
import { RealTimeAllowance } from './real-time-allowance.ts';

describe('RealTimeAllowance', () => {
  it('lets a card ask for a period every period, a quick one and a late one alike', () => {
    const allowance = new RealTimeAllowance(0);
    for (let period = 1; period <= 10_000; period++)
      expect(allowance.take(20, period * 20 * 0.999 + (period % 3) * 3)).toBe(true);
  });

  it('lets nothing be asked for that has not come into being', () => {
    const allowance = new RealTimeAllowance(0);
    expect([0, 1, 2, 3].map((now) => allowance.take(20, now))).toEqual([false, false, false, false]);
  });

  it('lets what a device plays be asked for at once after we were held up, and no more', () => {
    const allowance = new RealTimeAllowance(0);
    const granted = Array.from({ length: 50 }, () => allowance.take(20, 5000)).filter(Boolean);
    expect(granted).toHaveLength(6);
  });
});
