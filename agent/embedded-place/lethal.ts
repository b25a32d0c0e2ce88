import type { Dialect } from '../wire/dialect.ts';
import { isBody } from '../wire/interaction.ts';
import { decodeJson, isCount, isObject, type Json, type JsonLimits } from '../wire/json.ts';
import type { LethalPacket } from '../wire/manners.ts';
import { PLACE } from '../wire/place-requests.ts';
import { lethalRequest } from './lethal-request.ts';

/** What a packet holds that places of some kinds do not survive, in words; nothing where it is harmless. */
type Look = (packet: Packet, dialect: Dialect) => string | undefined;

/** As deep and as large as anything a place may meet: what is beyond is refused elsewhere. */
const LIMITS: JsonLimits = { bytes: 1 << 20, depth: 64, stringLength: 1 << 18, items: 1 << 16 };
/** Kinds of asset messages: request, data, failure. */
const ASSET_KINDS = 3;
const ASSET_HEADER = 4;
const NEWLINE = 0x0a;
const MOVEMENT = ['zmovement', 'xmovement', 'yaw', 'pitch'] as const;

class Packet {
  readonly channel: number;
  readonly data: Uint8Array;
  #json: Json | undefined;
  #parsed = false;

  constructor(channel: number, data: Uint8Array) {
    this.channel = channel;
    this.data = data;
  }

  get json(): Json | undefined {
    if (!this.#parsed) {
      const decoded = decodeJson(this.data, LIMITS);
      this.#json = decoded.ok ? decoded.value : undefined;
      this.#parsed = true;
    }
    return this.#json;
  }
}

/**
 * What makes this packet one that a real place of this dialect would have crashed on, in words for people;
 * nothing where it would have taken it.
 */
export function lethalIn(channel: number, data: Uint8Array, dialect: Dialect): string | undefined {
  const packet = new Packet(channel, data);
  for (const kind of dialect.manners.lethal) {
    const found = looks[kind](packet, dialect);
    if (found !== undefined) return found;
  }
  return undefined;
}

const looks: Record<LethalPacket, Look> = {
  acknowledgement: ({ channel, json }, { channels, largestAcknowledgement }) => {
    const revision = channel === channels.state ? intentIn(json)?.ack_state_rev : undefined;
    if (revision === undefined || (isCount(revision) && revision <= largestAcknowledgement)) return undefined;
    return `an intent that acknowledges ${JSON.stringify(revision).slice(0, 40)}`;
  },
  asset: ({ channel }) => (channel === 2 ? 'a packet on channel 2' : undefined),
  'foreign-asset': ({ channel, data }, { channels }) => {
    if (channel !== channels.assets || isAssetMessage(data)) return undefined;
    return `${data.length} bytes that are no asset message on channel ${channel}`;
  },
  intent: ({ channel, json }, { channels }) => {
    if (channel !== channels.state) return undefined;
    const intent = intentIn(json);
    if (!intent) return 'something that is no intent on the channel of intents';
    const missing = MOVEMENT.find((name) => typeof intent[name] !== 'number');
    return missing && `an intent without ${missing}`;
  },
  interaction: ({ channel, json }, { channels }) => {
    if (channel !== channels.interactions) return undefined;
    if (!Array.isArray(json)) return 'an interaction that is no list';
    const [, ...elements] = json as readonly Json[];
    if (elements.length !== 5) return `an interaction of ${json.length} elements`;
    if (!elements.slice(0, 4).every((id) => typeof id === 'string'))
      return 'an interaction with something else than strings as type, ends and request id';
    return isBody(elements[4]) ? undefined : 'an interaction whose body does not begin with a string';
  },
  negative: ({ channel, json }, { channels }) => {
    const revision = channel === channels.state ? intentIn(json)?.ack_state_rev : undefined;
    return typeof revision === 'number' && revision < 0
      ? `an intent that acknowledges ${revision}`
      : undefined;
  },
  pose: ({ channel, json }, { channels }) => {
    const poses = channel === channels.state ? intentIn(json)?.poses : undefined;
    if (!isObject(poses)) return undefined;
    const broken = Object.entries(poses).find(([, pose]) => isObject(pose) && !isMatrix(pose.matrix));
    return broken && `an intent with a pose whose matrix is not 16 numbers: ${broken[0].slice(0, 40)}`;
  },
  request: ({ channel, json }, { channels, manners }) => {
    if (channel !== channels.interactions || !Array.isArray(json) || json[3] !== PLACE) return undefined;
    const body = json[5] as Json | undefined;
    return isBody(body) ? lethalRequest(body, manners.requests) : undefined;
  },
  'short-media': ({ channel, data }, { channels }) =>
    (channel === channels.media || channel === channels.video) && data.length < 7
      ? `media of ${data.length} bytes`
      : undefined,
  'spawn-form': ({ channel, json }, { channels }) => {
    if (channel !== channels.interactions || !Array.isArray(json) || json[3] !== PLACE) return undefined;
    const body = json[5] as Json | undefined;
    if (!isBody(body)) return undefined;
    const [name] = body;
    const described = name === 'spawn_entity' ? body[1] : name === 'announce' ? body[6] : undefined;
    return hasComponents(described) ? `${name} with an object of components` : undefined;
  },
  unended: ({ channel, data }) =>
    channel === 2 || data.at(-1) === NEWLINE
      ? undefined
      : `a packet on channel ${channel} without its newline`,
};

/** Of the entity described, or of any that is to hang from it. */
function hasComponents(described: Json | undefined): boolean {
  if (!isObject(described)) return false;
  const { children } = described;
  return 'components' in described || (Array.isArray(children) && children.some(hasComponents));
}

function intentIn(json: Json | undefined) {
  return isObject(json) && isObject(json.intent) ? json.intent : undefined;
}

/** Absent is as good as the identity. */
function isMatrix(value: Json | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.length >= 16);
}

function isAssetMessage(data: Uint8Array): boolean {
  if (data.length < ASSET_HEADER) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const kind = view.getUint16(0);
  return kind >= 1 && kind <= ASSET_KINDS && ASSET_HEADER + view.getUint16(2) <= data.length;
}
