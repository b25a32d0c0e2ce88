import type { Json } from '../wire/json.ts';

/** A component as the place keeps it. Values are never changed in place, so revisions share them. */
export interface Component {
  readonly value: Json;
  /** Bytes of its JSON, name included: what the limits count. */
  readonly size: number;
}

/** `:` and `,` */
const SEPARATORS = 2;

/** Deepest nesting of a component; official ones need four levels. */
export const COMPONENT_DEPTH = 16;

/**
 * Takes in a component an agent sent, or says why not. Null members go: a merge patch (RFC 7396) cannot carry
 * them, and every agent has to see the same world whether it came as a `set` or as patches. `keepNulls` is for
 * places that do not care.
 */
export function admitComponent(
  name: string,
  value: Json,
  maxSize: number,
  keepNulls = false,
): Component | string {
  if (name === '' || name === '__proto__' || name.length > 100) return 'a component has an impossible name';
  if (value === null) return `component ${name} has no value`;
  const clean = cleaned(value, COMPONENT_DEPTH, keepNulls);
  if (clean === undefined) return `component ${name} is nested too deeply`;
  const size = sizeOfComponent(name, clean);
  if (size > maxSize) return `component ${name} is larger than ${maxSize} bytes`;
  return { value: clean, size };
}

export function sizeOfComponent(name: string, value: Json): number {
  return Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(JSON.stringify(value)) + SEPARATORS;
}

function cleaned(value: Json, depth: number, keepNulls: boolean): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      // A patch replaces an array whole, nulls and all.
      const clean = cleaned(item, depth - 1, keepNulls);
      if (clean === undefined) return undefined;
      items.push(clean);
    }
    return items;
  }
  const members: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    if ((member === null && !keepNulls) || key === '__proto__') continue;
    const clean = cleaned(member, depth - 1, keepNulls);
    if (clean === undefined) return undefined;
    members[key] = clean;
  }
  return members;
}
