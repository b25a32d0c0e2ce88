import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

describe('crc32', () => {
  it('gives the check value of CRC-32/ISO-HDLC', () => {
    expect(crc32(ascii('123456789'))).toBe(0xcbf43926);
    expect(crc32(ascii(''))).toBe(0);
  });

  it('goes on over pieces', () => {
    const whole = ascii('the quick brown fox');
    expect(crc32(whole, 7, whole.length, crc32(whole, 0, 7))).toBe(crc32(whole));
  });
});
