import { describe, expect, it } from 'vitest';
import { Queue } from './queue.ts';

describe('Queue', () => {
  it('gives out in the order it took in, however they alternate', () => {
    const queue = new Queue<number>();
    let [next, expected] = [0, 0];
    for (let round = 0; round < 200; round++) {
      for (let n = 0; n < 37; n++) queue.push(next++);
      for (let n = 0; n < (round % 2 ? 60 : 10); n++) {
        expect(queue.peek()).toBe(queue.length > 0 ? expected : undefined);
        if (queue.shift() !== undefined) expected++;
      }
      expect(queue.length).toBe(next - expected);
    }
  });
});
