import { describe, expect, it } from 'vitest';
import { ReliableWindows } from './reliable-windows.ts';

describe('ReliableWindows', () => {
  it('lets every number but the first of a window pass', () => {
    const windows = new ReliableWindows();
    for (let number = 1; number < 4096; number++) windows.sent(number);
    expect(windows.blocks(1)).toBe(false);
    expect(windows.blocks(4095)).toBe(false);
  });

  it('enters a window only while the ten from there on hold nothing unacknowledged', () => {
    const windows = new ReliableWindows();
    windows.sent(9 * 4096 + 17);
    expect(windows.blocks(0)).toBe(true);
    expect(windows.blocks(15 * 4096)).toBe(false);
    windows.acknowledged(9 * 4096 + 17);
    expect(windows.blocks(0)).toBe(false);
    windows.sent(10 * 4096);
    expect(windows.blocks(0)).toBe(false);
    expect(windows.blocks(4096)).toBe(true);
  });

  it('does not enter a window while the one before it is full', () => {
    const windows = new ReliableWindows();
    for (let number = 0; number < 4096; number++) windows.sent(number);
    expect(windows.blocks(4096)).toBe(true);
    windows.acknowledged(12);
    expect(windows.blocks(4096)).toBe(false);
  });

  it('looks over the wrap', () => {
    const windows = new ReliableWindows();
    windows.sent(3);
    expect(windows.blocks(15 * 4096)).toBe(true);
    expect(windows.blocks(7 * 4096)).toBe(true);
    expect(windows.blocks(6 * 4096)).toBe(false);
  });
});
