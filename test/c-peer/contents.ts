/** `size` pseudo-random bytes, the same for the same seed here and in host.c: xorshift32, its low bytes. */
export function contents(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = Math.imul(seed, 2654435761) || 1;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/** FNV-1a, 32 bits, as 8 hexadecimal digits: what the C peer reports of a packet instead of its contents. */
export function hash(bytes: Uint8Array): string {
  let value = 2166136261;
  for (const byte of bytes) value = Math.imul(value ^ byte, 16777619);
  return (value >>> 0).toString(16).padStart(8, '0');
}
