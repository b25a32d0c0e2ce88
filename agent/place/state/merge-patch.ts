import { isObject, type Json, type JsonObject } from '../../wire/json.ts';
import type { PatchBudget } from './patch-budget.ts';

/**
 * A JSON merge patch (RFC 7396), without touching `target`: what did not change is shared with the result, and
 * if nothing changed the result is `target` itself. The patch must not be changed afterwards either.
 * Undefined where copying what changes costs more than the budget has left.
 */
export function mergePatch(target: Json | undefined, patch: Json, budget: PatchBudget): Json | undefined {
  if (!isObject(patch)) return patch;
  return mergeObjects(isObject(target) ? target : undefined, patch, budget);
}

function mergeObjects(
  target: JsonObject | undefined,
  patch: JsonObject,
  budget: PatchBudget,
): JsonObject | undefined {
  let result: Record<string, Json> | undefined = target ? undefined : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key]!;
    const before = target && Object.hasOwn(target, key) ? target[key] : undefined;
    if (value === null && before === undefined) continue;
    const after = value === null ? null : mergePatch(before, value, budget);
    if (after === undefined) return undefined;
    if (value !== null && after === before) continue;
    result ??= copyOf(target!, budget);
    if (!result) return undefined;
    if (after === null) delete result[key];
    else result[key] = after;
  }
  return result ?? target!;
}

function copyOf(object: JsonObject, budget: PatchBudget): Record<string, Json> | undefined {
  return budget.spend(Object.keys(object).length) ? { ...object } : undefined;
}
