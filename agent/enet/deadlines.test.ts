import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';
import { seededRandom } from './random.ts';

describe('Deadlines', () => {
  it('knows the earliest through any change', () => {
    const random = seededRandom(5);
    const deadlines = new Deadlines(50);
    const expected = new Map<number, number>();
    for (let step = 0; step < 5000; step++) {
      const id = Math.floor(random() * 50);
      const time = random() < 0.2 ? Number.POSITIVE_INFINITY : Math.floor(random() * 1000);
      deadlines.set(id, time);
      if (time === Number.POSITIVE_INFINITY) expected.delete(id);
      else expected.set(id, time);
      expect(deadlines.next).toBe(Math.min(...expected.values()));
    }
  });

  it('gives out what is due, earliest first, and nothing else', () => {
    const deadlines = new Deadlines(4);
    deadlines.set(0, 30);
    deadlines.set(1, 10);
    deadlines.set(2, 20);
    deadlines.set(3, 31);
    const due: (number | undefined)[] = [1, 2, 3, 4].map(() => deadlines.takeDue(30));
    expect(due).toEqual([1, 2, 0, undefined]);
    expect(deadlines.next).toBe(31);
  });
});
