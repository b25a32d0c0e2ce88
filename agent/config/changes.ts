import { isDeepStrictEqual } from 'node:util';

/**
 * The keys whose values differ between two configurations, deepest first known: `log.level`, `things.door.line`.
 * Entries of a list that have an `id` are named by it, wherever they stand; other lists are one value.
 */
export function changedKeys(before: unknown, after: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [left, right] = [mapping(before), mapping(after)];
  if (!left || !right) return [path];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].flatMap((key) =>
    changedKeys(left.get(key), right.get(key), path ? `${path}.${key}` : key),
  );
}

/** `after`, but for `keys`, as `changedKeys` names them: these are as they were in `before`. */
export function keeping<T>(before: T, after: T, keys: Iterable<string>): T {
  return kept(before, after, '', new Set(keys)) as T;
}

function kept(before: unknown, after: unknown, path: string, keys: ReadonlySet<string>): unknown {
  if (keys.has(path)) return before;
  const [left, right] = [mapping(before), mapping(after)];
  if (!left || !right) return after;
  const names = new Set([...left.keys(), ...right.keys()]);
  const entries = [...names].flatMap((name): [string, unknown][] => {
    const value = kept(left.get(name), right.get(name), path ? `${path}.${name}` : name, keys);
    return value === undefined ? [] : [[name, value]];
  });
  return Array.isArray(after) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function mapping(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const ids = value.map((entry: unknown) => (Object(entry) as { id?: unknown }).id);
  return ids.every((id) => typeof id === 'string')
    ? new Map(ids.map((id, index) => [id, value[index]]))
    : undefined;
}
