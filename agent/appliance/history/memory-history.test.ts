import { describe, expect, it } from 'vitest';
import { History } from './history.ts';

function historyOf(count: number): History {
  const history = new History();
  for (let i = 0; i < count; i++) history.add({ time: i * 1e3, value: i, quality: 'good', seq: i + 1 });
  return history;
}

const valuesOf = ({ readings }: { readings: { value: unknown }[] }) => readings.map(({ value }) => value);

describe('the history of a property', () => {
  it('gives the readings of a span of time, oldest first, its ends included', () => {
    const answer = historyOf(10).between(3_000, 5_000, 100);
    expect(valuesOf(answer)).toEqual([3, 4, 5]);
    expect(answer.complete).toBe(true);
  });

  it('gives the newest where there are more than asked for, and says that it is not complete', () => {
    const answer = historyOf(10).between(-Infinity, Infinity, 2);
    expect(valuesOf(answer)).toEqual([8, 9]);
    expect(answer.complete).toBe(false);
  });

  it('keeps the newest 3600 and says when a question reaches further back', () => {
    const history = historyOf(4_000);
    expect(history.between(0, Infinity, 10_000)).toMatchObject({ complete: false });
    expect(history.between(0, Infinity, 10_000).readings).toHaveLength(3_600);
    expect(history.between(400e3, Infinity, 10_000)).toMatchObject({ complete: true });
  });

  it('has no place for a reading that is only the echo of a fault', () => {
    const history = new History();
    history.add({ time: 0, value: null, quality: 'fault', seq: 1 });
    history.add({ time: 1, value: 7, quality: 'fault', seq: 2 });
    expect(history.between(-Infinity, Infinity, 10).readings).toEqual([]);
  });
});
