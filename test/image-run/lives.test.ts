import { describe, expect, it } from 'vitest';
import { judgeLives } from './lives.ts';

const life = (...seqs: readonly number[]) => seqs.map((seq) => ({ thing: 'pulse', property: 'beat', seq }));

describe('the count of readings over the lives of an appliance', () => {
  it('is good where it goes on', () => {
    const { inLife, acrossLives } = judgeLives([life(1, 2, 3), life(4, 5)]);
    expect(inLife).toEqual({ good: true, figures: '5 readings in 2 lives' });
    expect(acrossLives.good).toBe(true);
  });

  it('is told where it begins anew', () => {
    const { inLife, acrossLives } = judgeLives([life(1, 2, 3), life(1, 2)]);
    expect(inLife.good).toBe(true);
    expect(acrossLives).toMatchObject({ good: false, figures: expect.stringMatching(/^2 of 5 numbers/) });
  });

  it('is told where it repeats or leaves out a number in one life', () => {
    expect(judgeLives([life(1, 2, 2)]).inLife).toEqual({
      good: false,
      figures: '3 readings in 1 lives; pulse.beat in life 1: 2, then 2',
    });
    expect(judgeLives([life(1, 3)]).inLife.good).toBe(false);
  });

  it('is of each property alone', () => {
    const both = [...life(1, 2), { thing: 'lamp', property: 'on', seq: 1 }];
    expect(judgeLives([both]).inLife.good).toBe(true);
  });
});
