import { describe, expect, it } from 'vitest';
import { sequenceAfter, sequencePlace } from './sequence.ts';

describe('sequencePlace', () => {
  it('takes the rest of its window and the next six, acknowledges not the two behind, calls all else old', () => {
    const current = 3 * 4096 + 5;
    expect(sequencePlace(current, current)).toBe('acceptable');
    expect(sequencePlace(current + 1, current)).toBe('acceptable');
    expect(sequencePlace(10 * 4096 - 1, current)).toBe('acceptable');
    expect(sequencePlace(10 * 4096, current)).toBe('beyond');
    expect(sequencePlace(12 * 4096 - 1, current)).toBe('beyond');
    expect(sequencePlace(12 * 4096, current)).toBe('behind');
    expect(sequencePlace(current - 1, current)).toBe('behind');
    expect(sequencePlace(0, current)).toBe('behind');
  });

  it('goes on over the wrap', () => {
    const current = 0xffff;
    expect(sequencePlace(0, current)).toBe('acceptable');
    expect(sequencePlace(6 * 4096 - 1, current)).toBe('acceptable');
    expect(sequencePlace(6 * 4096, current)).toBe('beyond');
    expect(sequencePlace(8 * 4096, current)).toBe('behind');
    expect(sequencePlace(0xfffe, current)).toBe('behind');
  });
});

describe('sequenceAfter', () => {
  it('wraps at 16 bits', () => {
    expect(sequenceAfter(0xffff, 1)).toBe(0);
    expect(sequenceAfter(0xfff0, 0x20)).toBe(0x10);
  });
});
