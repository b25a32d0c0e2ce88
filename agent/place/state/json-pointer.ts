/**
 * The tokens of a JSON pointer (RFC 6901), or undefined where it is none. A token `__proto__` is none either:
 * received JSON never has that key.
 */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  const tokens = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return tokens.includes('__proto__') ? undefined : tokens;
}

/** The index a token stands for in a list of `length`, where an item is there. */
export function indexOf(token: string, length: number): number | undefined {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(token)) return undefined;
  const index = Number(token);
  return index < length ? index : undefined;
}
