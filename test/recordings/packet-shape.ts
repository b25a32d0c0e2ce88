import { isObject, type Json } from '../../agent/wire/json.ts';
import { type ChannelUse, type RecordedDialect, useOf } from './recording.ts';

/** A packet without its values: what it is, and what of it a place could stumble over. */
export interface PacketShape {
  /** `intent`, `clock`, `media`, `request spawn_entity`, `asset 2`, ... */
  readonly kind: string;
  readonly channel: number;
  readonly reliable: boolean;
  /** Its members and items by name, position and type, and what follows them. */
  readonly form: string;
}

/** Where what is said is up to who says it: what stands there is compared by its type alone. */
const free: Readonly<Record<string, readonly string[]>> = {
  intent: ['/intent/poses'],
  'request announce': ['/5/6'],
  'request change_components': ['/5/3', '/5/5'],
  'request spawn_entity': ['/5/1'],
};

/** The shape of a packet an agent sent; undefined on a channel that the dialect has no use for. */
export function shapeOf(
  name: RecordedDialect,
  channel: number,
  bytes: Uint8Array,
  reliable: boolean,
): PacketShape | undefined {
  const use = useOf(name, channel);
  if (!use) return undefined;
  return { channel, reliable, ...contents[use](bytes) };
}

type Contents = Pick<PacketShape, 'kind' | 'form'>;

const contents: Record<ChannelUse, (bytes: Uint8Array) => Contents> = {
  state: (bytes) => ofJson(bytes, () => 'intent'),
  clock: (bytes) => ofJson(bytes, () => 'clock'),
  interactions: (bytes) =>
    ofJson(bytes, (json) => {
      const [, type, , , , body] = json as [string, string, string, string, string, Json[]];
      return `${type === 'oneway' ? 'one-way' : type} ${String(body[0])}`;
    }),
  assets: ofAsset,
  // Opus is bytes of any value: whether the newline at their end is one of them, only a decoder can tell.
  media: (bytes) => ({ kind: 'media', form: bytes.length < 7 ? 'too short' : 'a track and a payload' }),
};

function ofJson(bytes: Uint8Array, kindOf: (json: Json) => string): Contents {
  const text = Buffer.from(bytes).toString();
  const json = JSON.parse(text) as Json;
  const kind = kindOf(json);
  const end = JSON.stringify(text.slice(text.trimEnd().length));
  return { kind, form: `${types(json, free[kind] ?? [])} ${end}` };
}

function ofAsset(bytes: Uint8Array): Contents {
  const packet = Buffer.from(bytes);
  const end = 4 + packet.readUInt16BE(2);
  const header = JSON.parse(packet.subarray(4, end).toString()) as Json;
  const body = bytes.length > end ? 'a body' : 'no body';
  return { kind: `asset ${packet.readUInt16BE(0)}`, form: `${types(header, [])} ${body}` };
}

function types(value: Json, freePaths: readonly string[], path = ''): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const isList = Array.isArray(value);
  if (freePaths.includes(path)) return isList ? 'list' : 'object';
  const inner = (item: Json, key: string | number) => types(item, freePaths, `${path}/${key}`);
  if (isList) return `[${(value as readonly Json[]).map(inner).join(', ')}]`;
  if (!isObject(value)) return '';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${key}: ${inner(value[key]!, key)}`).join(', ')}}`;
}
