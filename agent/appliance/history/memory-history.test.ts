import { describe, expect, it } from 'vitest';
import { MemoryHistory } from './memory-history.ts';

function historyOf(count: number): MemoryHistory {
  const history = new MemoryHistory();
  for (let i = 0; i < count; i++)
    history.add('board.value', {
      time: i * 1e3,
      value: i,
      quality: 'good',
      seq: history.nextSeq('board.value'),
    });
  return history;
}

const valuesOf = (readings: readonly { value: unknown }[]) => readings.map(({ value }) => value);

describe('a history in memory', () => {
  it('gives the readings of a span of time, oldest first, its ends included', async () => {
    const answer = await historyOf(10).between('board.value', 3_000, 5_000, 100);
    expect(valuesOf(answer.readings)).toEqual([3, 4, 5]);
    expect(answer.complete).toBe(true);
  });

  it('gives the newest where there are more than asked for, and says that it is not complete', async () => {
    const answer = await historyOf(10).between('board.value', -Infinity, Infinity, 2);
    expect(valuesOf(answer.readings)).toEqual([8, 9]);
    expect(answer.complete).toBe(false);
  });

  it('keeps the newest 3600 and says when a question reaches further back', async () => {
    const history = historyOf(4_000);
    expect(await history.between('board.value', 0, Infinity, 10_000)).toMatchObject({ complete: false });
    expect((await history.between('board.value', 0, Infinity, 10_000)).readings).toHaveLength(3_600);
    expect(await history.between('board.value', 400e3, Infinity, 10_000)).toMatchObject({ complete: true });
  });

  it('draws no curve through a reading that is only the echo of a fault, but counts it among those missed', async () => {
    const history = new MemoryHistory();
    history.add('board.value', { time: 0, value: null, quality: 'fault', seq: 1 });
    history.add('board.value', { time: 1, value: 7, quality: 'fault', seq: 2 });
    expect((await history.between('board.value', -Infinity, Infinity, 10)).readings).toEqual([]);
    expect(await history.following('board.value', { afterSeq: 0 }, 10)).toHaveLength(2);
  });

  it('gives what followed a number or a moment, from the oldest on', async () => {
    const history = historyOf(10);
    expect(valuesOf(await history.following('board.value', { afterSeq: 3 }, 4))).toEqual([3, 4, 5, 6]);
    expect(valuesOf(await history.following('board.value', { afterSeq: 0, from: 8_000 }, 9))).toEqual([8, 9]);
    expect(await history.following('board.unheard', { afterSeq: 0 }, 9)).toEqual([]);
  });
});
