import {
  decodeJson,
  encodeJson,
  isCount,
  isObject,
  type Json,
  type JsonLimits,
  type JsonObject,
} from './json.ts';
import { accept, type Outcome, reject } from './rejection.ts';

/*
 * Assets channel, both ways, reliable. Integers are unsigned and big endian; nothing follows the body.
 *
 *   0           2           4            4 + n
 *   +-----------+-----------+------------+--------------------------+
 *   | kind, u16 | n, u16    | header,    | body: data only,         |
 *   |           |           | JSON       | as long as `range` says  |
 *   +-----------+-----------+------------+--------------------------+
 *
 *   1  request  {"id", "range": [start, length], "published_by"?}
 *   2  data     {"id", "range": [start, length], "total_length"}
 *   3  failure  {"id", "error_code", "error_reason"}
 *
 * An id is `asset:sha256:` and 64 lower-case hexadecimal digits, the SHA-256 of the content.
 */

/** The longest body, and so the longest range worth asking for, bytes. */
export const ASSET_CHUNK = 1 << 20;

/** The longest asset: deployed places count its bytes in 32 bits with a sign. */
export const LONGEST_ASSET = 2 ** 31 - 1;

/** Kind and length of the header. */
const PREFIX = 4;
const headerLimits: JsonLimits = { bytes: 0xffff, depth: 4, stringLength: 1 << 10, items: 16 };
const LONGEST_ID = 256;
const LONGEST_REASON = 1 << 10;

/** The longest packet there can be, bytes. */
export const LONGEST_ASSET_PACKET = PREFIX + headerLimits.bytes + ASSET_CHUNK;

/** Part of an asset, bytes. */
export interface AssetRange {
  readonly start: number;
  readonly length: number;
}

export interface AssetRequest {
  readonly kind: 'request';
  readonly id: string;
  /** Undefined where what was asked for is no range: to be answered with `AssetFailureCode.malformed`. */
  readonly range: AssetRange | undefined;
  /** An entity whose agent is likely to have it. */
  readonly publishedBy?: string;
}

export interface AssetData {
  readonly kind: 'data';
  readonly id: string;
  /** Where `body` begins in the asset. */
  readonly start: number;
  /** Of the whole asset, bytes. */
  readonly total: number;
  readonly body: Uint8Array;
}

export interface AssetFailure {
  readonly kind: 'failure';
  readonly id: string;
  /** One of `AssetFailureCode`; on arrival any number. */
  readonly code: number;
  /** For people. */
  readonly reason: string;
}

export type AssetPacket = AssetRequest | AssetData | AssetFailure;

export const AssetFailureCode = { notAvailable: 1, malformed: 2, notSupported: 3 } as const;

const kinds = { request: 1, data: 2, failure: 3 } as const;

const idForm = /^asset:sha256:([0-9a-f]{64})$/;

export function assetIdOf(digest: string): string {
  return `asset:sha256:${digest}`;
}

/** The hexadecimal SHA-256 in an id; undefined where it is not the id of an asset. */
export function digestIn(id: string): string | undefined {
  return idForm.exec(id)?.[1];
}

/** The body of data is a view of `bytes`, and exactly as long as its header says. */
export function decodeAsset(bytes: Uint8Array): Outcome<AssetPacket> {
  if (bytes.length > LONGEST_ASSET_PACKET) return reject('ALLO_E_WIRE_TOO_LARGE', `${bytes.length} bytes`);
  if (bytes.length < PREFIX) return reject('ALLO_E_WIRE_SHAPE', 'too short for a packet of an asset');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = PREFIX + view.getUint16(2);
  if (end > bytes.length) return reject('ALLO_E_WIRE_SHAPE', 'a header longer than its packet');
  const decoded = decodeJson(bytes.subarray(PREFIX, end), headerLimits);
  if (!decoded.ok) return decoded;
  if (!isObject(decoded.value)) return reject('ALLO_E_WIRE_SHAPE', 'a header that is no object');
  const body = bytes.subarray(end);
  switch (view.getUint16(0)) {
    case kinds.request:
      return decodeRequest(decoded.value);
    case kinds.data:
      return decodeData(decoded.value, body);
    case kinds.failure:
      return decodeFailure(decoded.value);
    default:
      return reject('ALLO_E_WIRE_SHAPE', 'an unknown kind of packet of an asset');
  }
}

/**
 * Refuses what deployed places are known to crash on or answer with garbage: ranges that are empty when asked for,
 * or beyond 32 bits or the end; bodies of another length than the header says; failures without id, code or reason.
 */
export function encodeAsset(packet: AssetPacket): Outcome<Uint8Array> {
  if (!isId(packet.id)) return reject('ALLO_E_WIRE_SHAPE', 'the id of an asset is a short string');
  switch (packet.kind) {
    case 'request':
      return encodeRequest(packet);
    case 'data':
      return encodeData(packet);
    case 'failure':
      return encodeFailure(packet);
    default:
      return reject('ALLO_E_WIRE_SHAPE', 'an unknown kind of packet of an asset');
  }
}

function encodeRequest({ id, range, publishedBy }: AssetRequest): Outcome<Uint8Array> {
  if (!range || !within(range.start, range.length, LONGEST_ASSET) || range.length === 0)
    return reject('ALLO_E_WIRE_NUMBER', 'a range to ask for is one byte or more, within 2^31 - 1');
  if (publishedBy !== undefined && typeof publishedBy !== 'string')
    return reject('ALLO_E_WIRE_SHAPE', 'a publisher is named by a string');
  const hint = publishedBy === undefined ? {} : { published_by: publishedBy };
  return assemble(kinds.request, { id, range: [range.start, range.length], ...hint });
}

function encodeData({ id, start, total, body }: AssetData): Outcome<Uint8Array> {
  if (body.length > ASSET_CHUNK) return reject('ALLO_E_WIRE_TOO_LARGE', `a body of ${body.length} bytes`);
  if (!isCount(total) || total > LONGEST_ASSET || !within(start, body.length, total))
    return reject('ALLO_E_WIRE_NUMBER', 'the body lies within the asset, the asset within 2^31 - 1 bytes');
  return assemble(kinds.data, { id, range: [start, body.length], total_length: total }, body);
}

function encodeFailure({ id, code, reason }: AssetFailure): Outcome<Uint8Array> {
  if (!Object.values(AssetFailureCode).some((known) => known === code))
    return reject('ALLO_E_WIRE_NUMBER', 'a failure has a code from 1 to 3');
  if (typeof reason !== 'string') return reject('ALLO_E_WIRE_SHAPE', 'a failure has a reason');
  return assemble(kinds.failure, { id, error_code: code, error_reason: reason });
}

function assemble(kind: number, json: JsonObject, body?: Uint8Array): Outcome<Uint8Array> {
  const header = encodeJson(json, '', headerLimits);
  if (!header.ok) return header;
  const end = PREFIX + header.value.length;
  const bytes = new Uint8Array(end + (body?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, kind);
  view.setUint16(2, header.value.length);
  bytes.set(header.value, PREFIX);
  if (body) bytes.set(body, end);
  return accept(bytes);
}

/** Understood even if it makes no sense, so that it can be answered. */
function decodeRequest({ id, range, published_by }: JsonObject): Outcome<AssetRequest> {
  const request = { kind: 'request', id: isId(id) ? id : '', range: rangeIn(range) } as const;
  return accept(isId(published_by) ? { ...request, publishedBy: published_by } : request);
}

function decodeData({ id, range, total_length: total }: JsonObject, body: Uint8Array): Outcome<AssetData> {
  const part = rangeIn(range);
  if (!isId(id) || !part || !isCount(total))
    return reject('ALLO_E_WIRE_SHAPE', 'data without id, range or total length');
  if (part.length !== body.length || body.length > ASSET_CHUNK)
    return reject('ALLO_E_WIRE_SHAPE', `a range of ${part.length} with a body of ${body.length} bytes`);
  if (!within(part.start, part.length, total))
    return reject('ALLO_E_WIRE_NUMBER', 'data from beyond the end of its asset');
  return accept({ kind: 'data', id, start: part.start, total, body });
}

function decodeFailure({ id, error_code: code, error_reason: reason }: JsonObject): Outcome<AssetFailure> {
  if (!isId(id) || typeof code !== 'number')
    return reject('ALLO_E_WIRE_SHAPE', 'a failure without id or code');
  const text = typeof reason === 'string' ? reason.slice(0, LONGEST_REASON) : '';
  return accept({ kind: 'failure', id, code, reason: text });
}

function rangeIn(value: Json | undefined): AssetRange | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [start, length] = value as readonly Json[];
  return isCount(start) && isCount(length) ? { start, length } : undefined;
}

function within(start: number, length: number, total: number): boolean {
  return isCount(start) && isCount(length) && start + length <= total;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_ID;
}
