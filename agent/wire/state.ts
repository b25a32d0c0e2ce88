import type { Dialect } from './dialect.ts';
import {
  decodeJson,
  encodeJson,
  isCount,
  isObject,
  type Json,
  type JsonLimits,
  type JsonObject,
  MOST_KEYS,
} from './json.ts';
import { accept, type Outcome, reject } from './rejection.ts';

/*
 * State channel, place to agent, unreliable.
 *
 *   {"patch_style": "set",   "revision": n, "entities": {id: {"id", "components"}}} end
 *   {"patch_style": "merge", "revision": n, "patch_from": m, "entities": {...}} end   RFC 7396 merge patch
 *   {"patch_style": "apply", "revision": n, "patch_from": m, "patches": [...]} end    RFC 6902 JSON patch
 *
 * A packet without patch_style is a set, and its entities may be a list (version 1).
 */

/** One operation of RFC 6902. Paths are JSON pointers (RFC 6901) into `{"entities", "revision"}`. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Json }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }
  | { readonly op: 'remove'; readonly path: string };

export type StatePacket =
  | { readonly style: 'set'; readonly revision: number; readonly entities: JsonObject }
  | {
      readonly style: 'merge';
      readonly revision: number;
      readonly from: number;
      /** Merge patch of the entities: null removes one. */
      readonly entities: JsonObject;
    }
  | {
      readonly style: 'apply';
      readonly revision: number;
      readonly from: number;
      readonly operations: readonly PatchOperation[];
    };

/** Large enough for inline geometry with a texture in it. */
export const stateLimits: JsonLimits = {
  bytes: 8 << 20,
  depth: 64,
  stringLength: 4 << 20,
  items: 1 << 20,
};

/** Entities in one place, as far as an agent follows. */
export const MOST_ENTITIES = MOST_KEYS;

/** Revisions count up to this and then begin again at 0. */
export const LAST_REVISION = Number.MAX_SAFE_INTEGER;

export function decodeState(bytes: Uint8Array): Outcome<StatePacket> {
  const decoded = decodeJson(bytes, stateLimits);
  if (!decoded.ok) return decoded;
  const packet = decoded.value;
  if (!isObject(packet)) return reject('ALLO_E_WIRE_SHAPE', 'state is not an object');
  const { patch_style: style = 'set', revision, patch_from: from } = packet;
  if (!isCount(revision)) return reject('ALLO_E_WIRE_NUMBER', 'revision is not a non-negative integer');
  if (style === 'set') {
    const entities = entitiesOf(packet.entities);
    return entities.ok ? accept({ style, revision, entities: entities.value }) : entities;
  }
  if (!isCount(from)) return reject('ALLO_E_WIRE_NUMBER', 'patch_from is not a non-negative integer');
  if (style === 'merge') {
    const entities = entitiesOf(packet.entities ?? {});
    return entities.ok ? accept({ style, revision, from, entities: entities.value }) : entities;
  }
  if (style !== 'apply') return reject('ALLO_E_WIRE_SHAPE', 'unknown patch_style');
  const operations = operationsOf(packet.patches);
  return operations.ok ? accept({ style, revision, from, operations: operations.value }) : operations;
}

export function encodeState(packet: StatePacket, dialect: Dialect): Outcome<Uint8Array> {
  if (!isCount(packet.revision) || (packet.style !== 'set' && !isCount(packet.from)))
    return reject('ALLO_E_WIRE_NUMBER', 'revisions are non-negative integers');
  const { revision } = packet;
  const json =
    dialect.state === 'whole' && packet.style === 'set'
      ? { revision, entities: Object.values(packet.entities) }
      : stateJson(packet);
  return encodeJson(json, dialect.packetEnd, stateLimits);
}

function stateJson(packet: StatePacket): JsonObject {
  const { style, revision } = packet;
  switch (style) {
    case 'set':
      return { patch_style: style, revision, entities: packet.entities };
    case 'merge':
      return { patch_style: style, revision, patch_from: packet.from, entities: packet.entities };
    case 'apply':
      return {
        patch_style: style,
        revision,
        patch_from: packet.from,
        patches: packet.operations.map((o) => ({ ...o })),
      };
  }
}

function entitiesOf(value: Json | undefined): Outcome<JsonObject> {
  if (Array.isArray(value)) return entitiesOfList(value);
  if (!isObject(value)) return reject('ALLO_E_WIRE_SHAPE', 'entities is not an object');
  const count = Object.keys(value).length;
  if (count > MOST_ENTITIES) return reject('ALLO_E_WIRE_TOO_LONG', `${count} entities`);
  return accept(value);
}

function entitiesOfList(list: readonly Json[]): Outcome<JsonObject> {
  if (list.length > MOST_ENTITIES) return reject('ALLO_E_WIRE_TOO_LONG', `${list.length} entities`);
  const entities: [string, Json][] = [];
  for (const entity of list) {
    if (!isObject(entity) || typeof entity.id !== 'string' || entity.id === '__proto__')
      return reject('ALLO_E_WIRE_SHAPE', 'an entity without an id');
    entities.push([entity.id, entity]);
  }
  return accept(Object.fromEntries(entities));
}

function operationsOf(value: Json | undefined): Outcome<readonly PatchOperation[]> {
  if (!Array.isArray(value)) return reject('ALLO_E_WIRE_SHAPE', 'patches is not a list');
  const operations: PatchOperation[] = [];
  for (const item of value as readonly Json[]) {
    const operation = operationOf(item);
    if (!operation) return reject('ALLO_E_WIRE_SHAPE', 'not an operation of RFC 6902');
    operations.push(operation);
  }
  return accept(operations);
}

function operationOf(item: Json): PatchOperation | undefined {
  if (!isObject(item) || typeof item.path !== 'string') return undefined;
  const { op, path, from, value } = item;
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      return value === undefined ? undefined : { op, path, value };
    case 'move':
    case 'copy':
      return typeof from === 'string' ? { op, path, from } : undefined;
    case 'remove':
      return { op, path };
    default:
      return undefined;
  }
}
