import type { Dialect } from './dialect.ts';
import { decodeJson, encodeJson, isObject, type Json, type JsonLimits, type JsonObject } from './json.ts';
import { forbid } from './never-sent.ts';
import { accept, type Outcome, reject } from './rejection.ts';

/*
 * Interactions channel, both ways, reliable.
 *
 *   ["interaction", type, from, to, request_id, body] end
 *     type        "request" | "response" | "publication" | "one-way", on arrival also "oneway"
 *     from, to    entity ids; "place" is the place, "" nobody (a publication goes to "")
 *     request_id  chosen by the requester and echoed by the response; "" for the other two types
 *     body        a list that begins with a string: [name, argument, ...]
 *
 * Version 0, understood on arrival:
 *
 *   {"cmd": "interact", "interact": {"from_entity", "to_entity", "cmd": body}} end
 */

export type InteractionKind = 'request' | 'response' | 'publication' | 'one-way';

/** What is said: a name and its arguments. */
export type Body = readonly [name: string, ...arguments_: Json[]];

export interface Interaction {
  readonly kind: InteractionKind;
  /** Another spelling of the kind, where it arrived in that: places pass it on untouched. */
  readonly spelling?: 'oneway';
  readonly from: string;
  readonly to: string;
  readonly requestId: string;
  readonly body: Body;
}

export const interactionLimits: JsonLimits = {
  bytes: 1 << 20,
  depth: 64,
  stringLength: 1 << 18,
  items: 1 << 16,
};

const kinds: ReadonlyMap<Json | undefined, InteractionKind> = new Map([
  ['request', 'request'],
  ['response', 'response'],
  ['publication', 'publication'],
  ['one-way', 'one-way'],
  ['oneway', 'one-way'],
]);

/** Entity and request ids are short in every place; what is longer is an attack on whoever stores them. */
const LONGEST_ID = 256;

export function isBody(value: unknown): value is Body {
  return Array.isArray(value) && typeof value[0] === 'string';
}

export function decodeInteraction(bytes: Uint8Array): Outcome<Interaction> {
  const decoded = decodeJson(bytes, interactionLimits);
  if (!decoded.ok) return decoded;
  const packet = decoded.value;
  if (isObject(packet)) return decodeVersion0(packet);
  if (!Array.isArray(packet) || packet[0] !== 'interaction')
    return reject('ALLO_E_WIRE_SHAPE', 'not an interaction');
  const kind = kinds.get(packet[1]);
  if (!kind) return reject('ALLO_E_WIRE_SHAPE', 'unknown interaction type');
  const interaction = assemble(kind, packet[2], packet[3], packet[4], packet[5]);
  if (packet[1] !== 'oneway' || !interaction.ok) return interaction;
  return accept({ ...interaction.value, spelling: packet[1] });
}

/** Refuses what deployed places are known to crash on: missing elements, ids that are no strings, odd bodies. */
export function encodeInteraction(interaction: Interaction, dialect: Dialect): Outcome<Uint8Array> {
  const { kind, spelling = kind, from, to, requestId, body } = interaction;
  const checked = kinds.get(kind) && [from, to, requestId].every((id) => typeof id === 'string');
  if (!checked) return forbid('interaction', 'an interaction has a known type and ids that are strings');
  const assembled = assemble(kind, from, to, requestId, body);
  if (!assembled.ok) return assembled;
  return encodeJson(
    ['interaction', spelling, from, to, requestId, body],
    dialect.packetEnd,
    interactionLimits,
  );
}

/** Version 0 knew no requests: everything was one-way. `cmd` is a body, or one written as a string. */
function decodeVersion0(packet: JsonObject): Outcome<Interaction> {
  const interact = packet.interact;
  if (packet.cmd !== 'interact' || !isObject(interact))
    return reject('ALLO_E_WIRE_SHAPE', 'not an interaction');
  const { from_entity, to_entity, cmd } = interact;
  return assemble('one-way', from_entity, to_entity, '', typeof cmd === 'string' ? bodyOf(cmd) : cmd);
}

function bodyOf(text: string): Json {
  const decoded = decodeJson(new TextEncoder().encode(text), interactionLimits);
  return decoded.ok && isBody(decoded.value) ? decoded.value : [text];
}

function assemble(
  kind: InteractionKind,
  from: Json | undefined,
  to: Json | undefined,
  requestId: Json | undefined,
  body: Json | undefined,
): Outcome<Interaction> {
  const ids = [idOf(from), idOf(to), idOf(requestId)] as const;
  const [fromId, toId, request] = ids;
  if (fromId === undefined || toId === undefined || request === undefined)
    return reject('ALLO_E_WIRE_SHAPE', 'an id that is neither a short string nor a number');
  if (!isBody(body)) return forbid('body', 'the body is not a list that begins with a string');
  return accept({ kind, from: fromId, to: toId, requestId: request, body });
}

/** Some places write absent ids as null, and some clients count their requests in numbers. */
function idOf(value: Json | undefined): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= LONGEST_ID ? value : undefined;
}
