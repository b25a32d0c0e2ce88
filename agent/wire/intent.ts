import type { Dialect } from './dialect.ts';
import {
  decodeJson,
  encodeJson,
  isCount,
  isObject,
  type Json,
  type JsonLimits,
  type JsonObject,
} from './json.ts';
import { forbid } from './never-sent.ts';
import { accept, type Outcome, reject } from './rejection.ts';

/*
 * State channel, agent to place, unreliable. The last intent keeps acting until the next.
 *
 *   {"cmd": "intent", "intent": {
 *     "zmovement", "xmovement", "yaw", "pitch": numbers, always all four
 *     "wants_stick_movement": boolean
 *     "poses": {name: {"matrix": 16 numbers, column-major}}, maybe empty
 *     "ack_state_rev": the newest revision the agent holds; 0 asks for a set
 *   }} end
 */

export interface Pose {
  /** 16 numbers, column-major. */
  readonly matrix: readonly number[];
}

export interface Intent {
  readonly zmovement: number;
  readonly xmovement: number;
  /** Radians. */
  readonly yaw: number;
  /** Radians. */
  readonly pitch: number;
  readonly wantsStickMovement: boolean;
  readonly poses: Readonly<Record<string, Pose>>;
  readonly ackStateRevision: number;
}

/** Stands still, looks ahead, has seen nothing yet. */
export const restingIntent: Intent = {
  zmovement: 0,
  xmovement: 0,
  yaw: 0,
  pitch: 0,
  wantsStickMovement: false,
  poses: {},
  ackStateRevision: 0,
};

export const intentLimits: JsonLimits = { bytes: 1 << 16, depth: 16, stringLength: 256, items: 256 };

/** Generous: numbers that are missing are 0, poses that are not complete are left out. */
export function decodeIntent(bytes: Uint8Array): Outcome<Intent> {
  const decoded = decodeJson(bytes, intentLimits);
  if (!decoded.ok) return decoded;
  const packet = decoded.value;
  if (!isObject(packet) || packet.cmd !== 'intent' || !isObject(packet.intent))
    return reject('ALLO_E_WIRE_SHAPE', 'not an intent');
  const intent = packet.intent;
  const acknowledged = intent.ack_state_rev ?? 0;
  if (!isCount(acknowledged))
    return reject('ALLO_E_WIRE_NUMBER', 'ack_state_rev is not a non-negative integer');
  return accept({
    zmovement: numberOf(intent.zmovement),
    xmovement: numberOf(intent.xmovement),
    yaw: numberOf(intent.yaw),
    pitch: numberOf(intent.pitch),
    wantsStickMovement: intent.wants_stick_movement === true,
    poses: isObject(intent.poses) ? posesOf(intent.poses) : {},
    ackStateRevision: acknowledged,
  });
}

/** Always writes the whole intent: deployed places crash on one without its numbers. */
export function encodeIntent(intent: Intent, dialect: Dialect): Outcome<Uint8Array> {
  const { zmovement, xmovement, yaw, pitch, wantsStickMovement, poses, ackStateRevision } = intent;
  if (![zmovement, xmovement, yaw, pitch].every(Number.isFinite))
    return forbid('intent-numbers', 'movement, yaw and pitch are finite numbers');
  if (!isCount(ackStateRevision) || ackStateRevision > dialect.largestAcknowledgement)
    return forbid(
      'acknowledgement',
      `an acknowledged revision is an integer from 0 to ${dialect.largestAcknowledgement}`,
    );
  if (!isObject(poses) || !Object.values(poses).every(isPose))
    return forbid('pose', 'a pose is a matrix of 16');
  const packet = {
    cmd: 'intent',
    intent: {
      zmovement,
      xmovement,
      yaw,
      pitch,
      wants_stick_movement: wantsStickMovement === true,
      poses: Object.fromEntries(Object.entries(poses).map(([name, { matrix }]) => [name, { matrix }])),
      ack_state_rev: ackStateRevision,
    },
  };
  return encodeJson(packet, dialect.packetEnd, intentLimits);
}

function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function posesOf(poses: JsonObject): Record<string, Pose> {
  const complete = Object.entries(poses).flatMap(([name, pose]) =>
    isPose(pose) ? [[name, { matrix: pose.matrix }] as const] : [],
  );
  return Object.fromEntries(complete);
}

function isPose(pose: unknown): pose is Pose {
  if (!isObject(pose)) return false;
  const { matrix } = pose;
  return Array.isArray(matrix) && matrix.length === 16 && matrix.every((n) => Number.isFinite(n));
}
