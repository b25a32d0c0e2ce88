import type { Json } from '../../wire/json.ts';

/* As V8 lays values out on a 64-bit machine, rounded up. */
const CONTAINER = 56;
const ITEM = 8;
export const MEMBER = 24;
const STRING = 24;

/** Roughly the bytes of memory JSON takes once it is parsed: up to twenty times as much as its text. */
export function memoryOf(value: Json): number {
  if (typeof value === 'string') return STRING + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = CONTAINER;
  if (Array.isArray(value)) {
    bytes += ITEM * value.length;
    for (const item of value as readonly Json[]) bytes += memoryOf(item);
    return bytes;
  }
  const members = Object.values(value);
  bytes += MEMBER * members.length;
  for (const member of members) bytes += memoryOf(member);
  return bytes;
}
