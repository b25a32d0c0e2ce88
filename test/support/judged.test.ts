import { describe, expect, it } from 'vitest';
import { judged } from './judged.ts';

/** Holds this process up for so many ms, without computing anything. */
const stall = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Measures the next of `took`, and is stalled for as long where the machine is to blame. */
function measuring(took: readonly number[], { machine }: { machine: boolean }) {
  const left = [...took];
  const judgements: number[] = [];
  const result = judged(
    took.length,
    async () => {
      const ms = left.shift()!;
      if (machine) stall(ms);
      return ms;
    },
    (ms, late) => {
      judgements.push(ms);
      expect(ms).toBeLessThan(100 + late);
    },
  );
  return { result, judgements };
}

describe('what is judged', () => {
  it('is right as soon as one measurement is', async () => {
    const { result, judgements } = measuring([1e6, 50, 1e6], { machine: false });
    await result;
    expect(judgements).toEqual([1e6, 50]);
  });

  it('is wrong where it always is, although the machine was on time', async () => {
    await expect(measuring([1e6, 1e6, 1e6], { machine: false }).result).rejects.toThrow('to be less than');
  });

  it('is right where the machine itself was late by as much each time', async () => {
    const { result, judgements } = measuring([300, 300], { machine: true });
    await result;
    expect(judgements).toEqual([300, 300]);
  });
});
