import { accept, type Outcome, type Rejected, reject } from './rejection.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The largest JSON a channel carries, in either direction. */
export interface JsonLimits {
  /** Of the whole packet. */
  readonly bytes: number;
  /** Objects and lists within each other. */
  readonly depth: number;
  /** UTF-16 units of one string. */
  readonly stringLength: number;
  /** Items of one list, or keys of one object, of which there are never more than `MOST_KEYS`. */
  readonly items: number;
}

/** Copying and comparing an object costs far more than a list of that length, and nothing has so many components. */
export const MOST_KEYS = 1 << 16;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

const utf8 = new TextDecoder();
const toUtf8 = new TextEncoder();

/**
 * Packet bytes to JSON within limits. A newline at the end may be there or not. Broken UTF-8 becomes U+FFFD,
 * so that one client's broken name does not hide the world. Keys `__proto__` are left out for the same reason:
 * no component is called so, and JavaScript gives them a meaning.
 */
export function decodeJson(bytes: Uint8Array, limits: JsonLimits): Outcome<Json> {
  if (bytes.length > limits.bytes) return reject('ALLO_E_WIRE_TOO_LARGE', `${bytes.length} bytes`);
  let value: Json;
  try {
    value = JSON.parse(utf8.decode(bytes)) as Json;
  } catch {
    return reject('ALLO_E_WIRE_JSON', `${bytes.length} bytes are not JSON`);
  }
  return examine(value, limits, limits.depth, 'leave out') ?? accept(value);
}

/** JSON to packet bytes within limits, followed by `end`. Refuses what JSON would silently turn into null. */
export function encodeJson(value: Json, end: string, limits: JsonLimits): Outcome<Uint8Array> {
  let text: string;
  try {
    const rejected = examine(value, limits, limits.depth, 'refuse');
    if (rejected) return rejected;
    text = JSON.stringify(value);
  } catch {
    // Getters, proxies and `toJSON` of what was given may throw anything.
    return reject('ALLO_E_WIRE_JSON', 'it throws when it is written as JSON');
  }
  const bytes = toUtf8.encode(escapeForC(text) + end);
  if (bytes.length > limits.bytes) return reject('ALLO_E_WIRE_TOO_LARGE', `${bytes.length} bytes`);
  return accept(bytes);
}

/** What becomes of keys `__proto__`. `JSON.parse` makes ordinary members of them, which can be taken out. */
type OnPrototypes = 'leave out' | 'refuse';

function examine(
  value: unknown,
  limits: JsonLimits,
  depthLeft: number,
  prototypes: OnPrototypes,
): Rejected | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > limits.stringLength
        ? reject('ALLO_E_WIRE_TOO_LONG', `a string of ${value.length}`)
        : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : reject('ALLO_E_WIRE_NUMBER', `${value} is not JSON`);
    case 'boolean':
      return undefined;
    case 'object':
      if (value === null) return undefined;
      if (depthLeft === 0) return reject('ALLO_E_WIRE_DEPTH', `deeper than ${limits.depth}`);
      return Array.isArray(value)
        ? examineList(value, limits, depthLeft - 1, prototypes)
        : examineObject(value as Record<string, unknown>, limits, depthLeft - 1, prototypes);
    default:
      return reject('ALLO_E_WIRE_JSON', `a value of type ${typeof value}`);
  }
}

function examineList(
  list: readonly unknown[],
  limits: JsonLimits,
  depthLeft: number,
  prototypes: OnPrototypes,
): Rejected | undefined {
  if (list.length > limits.items) return reject('ALLO_E_WIRE_TOO_LONG', `a list of ${list.length}`);
  for (const item of list) {
    const rejected = examine(item, limits, depthLeft, prototypes);
    if (rejected) return rejected;
  }
  return undefined;
}

function examineObject(
  object: Record<string, unknown>,
  limits: JsonLimits,
  depthLeft: number,
  prototypes: OnPrototypes,
): Rejected | undefined {
  const keys = Object.keys(object);
  if (keys.length > Math.min(limits.items, MOST_KEYS))
    return reject('ALLO_E_WIRE_TOO_LONG', `an object of ${keys.length} keys`);
  for (const key of keys) {
    if (key === '__proto__') {
      if (prototypes === 'refuse') return reject('ALLO_E_WIRE_SHAPE', 'a key called __proto__');
      delete object[key];
      continue;
    }
    if (key.length > limits.stringLength) return reject('ALLO_E_WIRE_TOO_LONG', `a key of ${key.length}`);
    const item = object[key];
    const rejected = item === undefined ? undefined : examine(item, limits, depthLeft, prototypes);
    if (rejected) return rejected;
  }
  return undefined;
}

/**
 * Escapes that C readers of JSON cannot take (NUL, half a surrogate pair) become U+FFFD. Well-formed pairs
 * never appear as escapes in what `JSON.stringify` writes; every escape is consumed whole, so that an escaped
 * backslash before a `u` is left alone.
 */
function escapeForC(text: string): string {
  if (!text.includes('\\u')) return text;
  return text.replace(/\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g, (sequence) =>
    sequence.length === 6 ? '\ufffd' : sequence,
  );
}
