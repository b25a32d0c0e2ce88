import { isObject, type Json } from '../wire/json.ts';

/**
 * The RFC 7396 merge patch that turns `before` into `after`, or `undefined` where they are equal. An object member
 * that is null is written as it stands, and lost on whoever applies the patch: a merge patch has no word for it.
 */
export function mergePatch(before: Json, after: Json): Json | undefined {
  if (before === after) return undefined;
  if (!isObject(before) || !isObject(after)) return equal(before, after) ? undefined : after;
  const patch: Record<string, Json> = {};
  let differs = false;
  for (const key of Object.keys(before)) {
    if (Object.hasOwn(after, key)) continue;
    patch[key] = null;
    differs = true;
  }
  for (const [key, value] of Object.entries(after)) {
    const change = Object.hasOwn(before, key) ? mergePatch(before[key]!, value) : value;
    if (change === undefined) continue;
    patch[key] = change;
    differs = true;
  }
  return differs ? patch : undefined;
}

function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]!));
  return isObject(a) && isObject(b) && mergePatch(a, b) === undefined;
}
