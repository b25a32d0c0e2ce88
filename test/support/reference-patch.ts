import type { Json } from '../../agent/wire/json.ts';
import type { PatchOperation } from '../../agent/wire/state.ts';

/*
 * RFC 7396 and RFC 6902 written a second time, as the documents read: every step on a deep clone that it then
 * changes in place. Slow and obviously right; what the tests compare with.
 */

type Loose = null | boolean | number | string | Loose[] | { [key: string]: Loose };

function clone(value: Json): Loose {
  return JSON.parse(JSON.stringify(value)) as Loose;
}

function isLooseObject(value: Loose | undefined): value is { [key: string]: Loose } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function referenceMerge(target: Json | undefined, patch: Json): Json {
  return merge(target === undefined ? null : clone(target), clone(patch));
}

function merge(target: Loose, patch: Loose): Loose {
  if (!isLooseObject(patch)) return patch;
  const result = isLooseObject(target) ? target : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name] ?? null, value);
  }
  return result;
}

/** Undefined where any operation fails: a patch is carried out whole or not at all. */
export function referencePatch(document: Json, operations: readonly PatchOperation[]): Json | undefined {
  const holder = { '': clone(document) };
  try {
    for (const operation of operations) perform(holder, operation);
  } catch {
    return undefined;
  }
  return holder[''];
}

function perform(holder: { '': Loose }, operation: PatchOperation): void {
  switch (operation.op) {
    case 'add':
      add(holder, operation.path, clone(operation.value));
      return;
    case 'remove':
      take(holder, operation.path);
      return;
    case 'replace':
      if (operation.path !== '') take(holder, operation.path);
      add(holder, operation.path, clone(operation.value));
      return;
    case 'copy':
      add(holder, operation.path, clone(get(holder, operation.from)));
      return;
    case 'move': {
      if (operation.path.startsWith(`${operation.from}/`)) throw new Error('into itself');
      const value = get(holder, operation.from);
      if (operation.from === operation.path) return;
      take(holder, operation.from);
      add(holder, operation.path, value);
      return;
    }
    case 'test':
      if (sorted(get(holder, operation.path)) !== sorted(clone(operation.value))) throw new Error('differs');
  }
}

function tokensOf(pointer: string): string[] {
  if (pointer === '') return [];
  if (pointer[0] !== '/') throw new Error('no pointer');
  return pointer
    .split('/')
    .slice(1)
    .map((t) => t.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function get(holder: { '': Loose }, pointer: string): Loose {
  let value: Loose = holder[''];
  for (const token of tokensOf(pointer)) {
    if (Array.isArray(value)) value = value[itemIndex(value, token, value.length - 1)]!;
    else if (isLooseObject(value) && Object.keys(value).includes(token)) value = value[token]!;
    else throw new Error('nothing there');
  }
  return value;
}

function itemIndex(list: Loose[], token: string, last: number): number {
  if (!Object.keys([...list, 0]).includes(token) || Number(token) > last) throw new Error('no such item');
  return Number(token);
}

function add(holder: { '': Loose }, pointer: string, value: Loose): void {
  if (pointer === '') {
    holder[''] = value;
    return;
  }
  const token = tokensOf(pointer).at(-1)!;
  const container = get(holder, pointer.slice(0, pointer.lastIndexOf('/')));
  if (Array.isArray(container)) {
    container.splice(
      token === '-' ? container.length : itemIndex(container, token, container.length),
      0,
      value,
    );
  } else if (isLooseObject(container)) container[token] = value;
  else throw new Error('no container');
}

function take(holder: { '': Loose }, pointer: string): void {
  if (pointer === '') throw new Error('the whole document');
  const token = tokensOf(pointer).at(-1)!;
  const container = get(holder, pointer.slice(0, pointer.lastIndexOf('/')));
  get(holder, pointer);
  if (Array.isArray(container)) container.splice(Number(token), 1);
  else if (isLooseObject(container)) delete container[token];
}

function sorted(value: Loose): string {
  return JSON.stringify(value, (_key, v: Loose) =>
    isLooseObject(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  );
}
