import { describe, expect, it } from 'vitest';
import { UnsequencedWindow } from './unsequenced-window.ts';

describe('UnsequencedWindow', () => {
  it('takes groups of a window in any order, each once', () => {
    const window = new UnsequencedWindow();
    for (const group of [5, 3, 1023, 0]) {
      expect(window.check(group)).toBe('new');
      window.mark(group);
      expect(window.check(group)).toBe('duplicate');
    }
  });

  it('forgets what it saw when it enters another window', () => {
    const window = new UnsequencedWindow();
    window.mark(7);
    window.mark(1024 + 7);
    expect(window.check(1024 + 7)).toBe('duplicate');
    expect(window.check(1024 + 8)).toBe('new');
  });

  it('refuses what is 32 windows ahead or more, which is also what lies behind', () => {
    const window = new UnsequencedWindow();
    expect(window.check(32 * 1024 - 1)).toBe('new');
    expect(window.check(32 * 1024)).toBe('window');
    window.mark(2048);
    expect(window.check(2047)).toBe('window');
  });

  it('goes on over the wrap at 16 bits', () => {
    const window = new UnsequencedWindow();
    for (let group = 0; group <= 0xffff; group += 1024) window.mark(group);
    window.mark(0xffff);
    expect(window.check(0)).toBe('new');
    window.mark(0);
    expect(window.check(0)).toBe('duplicate');
    expect(window.check(0xffff)).toBe('window');
  });
});
