import { createSecretKey, type KeyObject } from 'node:crypto';

/** A secret that an appliance shares with those who may command it. Printed or logged, it shows its name alone. */
export interface Key {
  /** What the log calls it. */
  readonly name: string;
  readonly secret: KeyObject;
}

/** Fewest bytes of a key: 128 bits. */
export const shortestKey = 16;
/** Most bytes of a key; more than a hash takes in add nothing. */
export const longestKey = 1024;

const hex = /^(?:[\da-f]{2})+$/i;
const base64 = /^[A-Za-z\d+/_-]+={0,2}$/;

/**
 * The secret in the text of a key file: one line of base64 (also its URL form) or hexadecimal digits. What could be
 * either is hexadecimal. A string where the text is none: what it is instead.
 */
export function parseSecret(text: string): KeyObject | string {
  const line = text.trim();
  if (line === '') return 'is empty';
  if (/\s/.test(line)) return 'holds more than one line of base64 or hexadecimal digits';
  if (!hex.test(line) && !base64.test(line)) return 'holds neither base64 nor hexadecimal digits';
  const bytes = Buffer.from(line, hex.test(line) ? 'hex' : 'base64');
  if (bytes.length < shortestKey)
    return `holds a key of ${bytes.length * 8} bits, which is fewer than ${shortestKey * 8}`;
  if (bytes.length > longestKey) return `holds a key of more than ${longestKey} bytes`;
  return createSecretKey(bytes);
}
