import { isObject, type Json, type JsonObject } from '../../wire/json.ts';
import { MOST_ENTITIES, type PatchOperation } from '../../wire/state.ts';
import { EntityMap } from './entity-map.ts';
import { applyOperation } from './json-patch.ts';
import { parsePointer } from './json-pointer.ts';
import { mergePatch } from './merge-patch.ts';
import type { PatchBudget } from './patch-budget.ts';

/** The entities after an RFC 7396 patch of them, or undefined where there would be too many, or it costs too much. */
export function mergeEntities(
  entities: EntityMap,
  patch: JsonObject,
  budget: PatchBudget,
): EntityMap | undefined {
  let merged = entities;
  for (const id of Object.keys(patch)) {
    const value = patch[id]!;
    const entity = value === null ? null : mergePatch(merged.get(id), value, budget);
    if (entity === undefined) return undefined;
    merged = entity === null ? merged.without(id) : merged.with(id, entity);
  }
  return merged.size > MOST_ENTITIES ? undefined : merged;
}

/** The entities after RFC 6902 operations on `{entities, revision}`, or undefined where one of them fails. */
export function patchEntities(
  entities: EntityMap,
  revision: number,
  operations: readonly PatchOperation[],
  budget: PatchBudget,
): EntityMap | undefined {
  let patched: Patched | undefined = { entities, revision };
  for (const operation of operations) {
    patched = patchOnce(patched, operation, budget);
    if (!patched) return undefined;
  }
  return patched.entities.size > MOST_ENTITIES ? undefined : patched.entities;
}

interface Patched {
  readonly entities: EntityMap;
  /** An operation may move it away. */
  readonly revision: Json | undefined;
}

/**
 * An operation concerns one or two entities as a rule. It is carried out on a document of only those, so that
 * its cost does not follow the size of the world. One that concerns all of them gets a document of them all.
 */
function patchOnce(state: Patched, operation: PatchOperation, budget: PatchBudget): Patched | undefined {
  const ids = concerned(operation);
  if (!ids && !budget.spend(state.entities.size)) return undefined;
  const document = {
    ...(state.revision !== undefined && { revision: state.revision }),
    entities: ids ? pick(state.entities, ids) : state.entities.toObject(),
  };
  const result = applyOperation(document, operation, budget);
  if (!isObject(result) || !isObject(result.entities)) return undefined;
  const { revision } = result;
  if (!ids) return { revision, entities: EntityMap.from(result.entities) };
  let entities = state.entities;
  for (const id of ids) {
    const value = Object.hasOwn(result.entities, id) ? result.entities[id] : undefined;
    entities = value === undefined ? entities.without(id) : entities.with(id, value);
  }
  return { revision, entities };
}

/** The ids of the entities an operation is about; undefined where it may be about all. */
function concerned(operation: PatchOperation): readonly string[] | undefined {
  const pointers = 'from' in operation ? [operation.path, operation.from] : [operation.path];
  const ids: string[] = [];
  for (const pointer of pointers) {
    const tokens = parsePointer(pointer);
    if (!tokens || tokens.length === 0) return undefined;
    if (tokens[0] !== 'entities') continue;
    if (tokens[1] === undefined) return undefined;
    ids.push(tokens[1]);
  }
  return ids;
}

function pick(entities: EntityMap, ids: readonly string[]): JsonObject {
  const picked = ids.flatMap((id) => {
    const value = entities.get(id);
    return value === undefined ? [] : [[id, value] as const];
  });
  return Object.fromEntries(picked);
}
