import { randomBytes } from 'node:crypto';

/** Random lower-case letters, as places name what they make. */
export function randomId(length: number): string {
  return Array.from(randomBytes(length), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
