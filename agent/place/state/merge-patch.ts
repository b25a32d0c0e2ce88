import { isObject, type Json, type JsonObject } from '../../wire/json.ts';

/**
 * A JSON merge patch (RFC 7396), without touching `target`: what did not change is shared with the result, and
 * if nothing changed the result is `target` itself. The patch must not be changed afterwards either.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  return mergeObjects(isObject(target) ? target : undefined, patch);
}

function mergeObjects(target: JsonObject | undefined, patch: JsonObject): JsonObject {
  let result: Record<string, Json> | undefined = target ? undefined : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key]!;
    const before = target && Object.hasOwn(target, key) ? target[key] : undefined;
    if (value === null) {
      if (before === undefined) continue;
      result ??= { ...target };
      delete result[key];
      continue;
    }
    const after = mergePatch(before, value);
    if (after === before) continue;
    result ??= { ...target };
    result[key] = after;
  }
  return result ?? target!;
}
