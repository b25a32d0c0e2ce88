import { isObject, type Json } from '../wire/json.ts';

/**
 * The one way to write a JSON value, so that both sides sign the same bytes whatever wrote the packet in between:
 * RFC 8785 (JSON Canonicalization Scheme). No spaces; keys in the order of their UTF-16 units; numbers and strings
 * as ECMAScript writes them, so that `1`, `1.0` and `1e0` are all `1`, and `-0` is `0`.
 */
export function canonicalJson(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`);
  return `{${members.join(',')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
