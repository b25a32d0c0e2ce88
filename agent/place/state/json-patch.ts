import { isObject, type Json, type JsonObject } from '../../wire/json.ts';
import type { PatchOperation } from '../../wire/state.ts';
import { jsonEqual } from './json-equal.ts';
import { indexOf, parsePointer } from './json-pointer.ts';
import type { PatchBudget } from './patch-budget.ts';

/** Objects and lists within each other that patched state may have. */
export const DEEPEST = 128;

/**
 * One operation of RFC 6902 on a document that is left as it was; the result shares what did not change.
 * Undefined where the operation cannot be carried out, or costs more than the budget has left.
 */
export function applyOperation(
  document: Json,
  operation: PatchOperation,
  budget: PatchBudget,
): Json | undefined {
  const path = parsePointer(operation.path);
  if (!path) return undefined;
  switch (operation.op) {
    case 'add':
      return place(document, path, operation.value, 'add', budget);
    case 'replace':
      return place(document, path, operation.value, 'replace', budget);
    case 'remove':
      return remove(document, path, budget);
    case 'test':
      return jsonEqual(valueAt(document, path), operation.value) ? document : undefined;
    case 'copy': {
      const source = sourceOf(document, operation.from);
      return source && place(document, path, source.value, 'add', budget);
    }
    case 'move': {
      const source = sourceOf(document, operation.from);
      if (!source || isWithin(path, source.tokens)) return undefined;
      if (path.length === source.tokens.length && isPrefix(source.tokens, path)) return document;
      const without = remove(document, source.tokens, budget);
      return without === undefined ? undefined : place(without, path, source.value, 'add', budget);
    }
  }
}

function sourceOf(document: Json, from: string): { tokens: readonly string[]; value: Json } | undefined {
  const tokens = parsePointer(from);
  const value = tokens && valueAt(document, tokens);
  return tokens && value !== undefined ? { tokens, value } : undefined;
}

function isPrefix(prefix: readonly string[], path: readonly string[]): boolean {
  return prefix.every((token, i) => path[i] === token);
}

function isWithin(path: readonly string[], ancestor: readonly string[]): boolean {
  return path.length > ancestor.length && isPrefix(ancestor, path);
}

function valueAt(document: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const token of path) value = member(value, token);
  return value;
}

function member(container: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(container)) {
    const index = indexOf(token, container.length);
    return index === undefined ? undefined : (container as readonly Json[])[index];
  }
  return isObject(container) && Object.hasOwn(container, token) ? container[token] : undefined;
}

function place(
  document: Json,
  path: readonly string[],
  value: Json,
  how: 'add' | 'replace',
  budget: PatchBudget,
): Json | undefined {
  if (!fits(value, DEEPEST - path.length, budget)) return undefined;
  if (path.length === 0) return value;
  return edit(document, path, budget, (container, token) => {
    if (how === 'replace' && member(container, token) === undefined) return undefined;
    if (isObject(container)) return withKey(container, token, value);
    const list = container as readonly Json[];
    if (how === 'replace') return list.with(Number(token), value);
    const index = token === '-' ? list.length : indexOf(token, list.length + 1);
    return index === undefined ? undefined : list.toSpliced(index, 0, value);
  });
}

function remove(document: Json, path: readonly string[], budget: PatchBudget): Json | undefined {
  if (path.length === 0) return undefined;
  return edit(document, path, budget, (container, token) => {
    if (member(container, token) === undefined) return undefined;
    if (isObject(container)) {
      const { [token]: _removed, ...rest } = container;
      return rest;
    }
    return (container as readonly Json[]).toSpliced(Number(token), 1);
  });
}

type Edit = (container: Json, token: string) => Json | undefined;

/** Edits the container that the last token is in, and copies the containers on the way to it. */
function edit(
  container: Json,
  [token, ...rest]: readonly string[],
  budget: PatchBudget,
  change: Edit,
): Json | undefined {
  if (token === undefined || typeof container !== 'object' || container === null) return undefined;
  if (!budget.spend(Array.isArray(container) ? container.length : Object.keys(container).length))
    return undefined;
  if (rest.length === 0) return change(container, token);
  const inner = member(container, token);
  const edited = inner === undefined ? undefined : edit(inner, rest, budget, change);
  if (edited === undefined) return undefined;
  return isObject(container)
    ? withKey(container, token, edited)
    : (container as readonly Json[]).with(Number(token), edited);
}

function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  return { ...object, [key]: value };
}

function fits(value: Json, depthLeft: number, budget: PatchBudget): boolean {
  if (depthLeft < 0 || !budget.spend(1)) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((item) => fits(item, depthLeft - 1, budget));
}
