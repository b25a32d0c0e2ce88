/**
 * The vocabulary of ENet 1.3: its numbers and its commands. Names and values are those of `enet/protocol.h`
 * and `enet/enet.h`, 1.3.17 and 1.3.18.
 */

/** "No connection yet" in the peer id of a datagram; also one more than the largest index of a peer. */
export const NO_PEER = 0xfff;
/** The channel that stands for the connection itself. */
export const CONTROL_CHANNEL = 0xff;
/** "Never used" in the session ids of CONNECT. */
export const NO_SESSION = 0xff;

export const MINIMUM_MTU = 576;
export const MAXIMUM_MTU = 4096;
export const DEFAULT_MTU = 1392;
export const MAXIMUM_DATAGRAM_COMMANDS = 32;
export const MINIMUM_WINDOW_SIZE = 4096;
export const MAXIMUM_WINDOW_SIZE = 65_536;
export const WINDOW_SIZE_SCALE = 65_536;
export const MAXIMUM_CHANNEL_COUNT = 255;
export const MAXIMUM_FRAGMENT_COUNT = 1_048_576;

/** What every command begins with. */
export interface CommandHeader {
  /** The sender wants this command acknowledged. */
  readonly acknowledge: boolean;
  readonly unsequenced: boolean;
  readonly channel: number;
  readonly reliableSequence: number;
}

export interface Acknowledge extends CommandHeader {
  readonly type: 'acknowledge';
  readonly receivedSequence: number;
  /** Low 16 bits of the milliseconds at which the acknowledged datagram was sent, by its sender's clock. */
  readonly receivedSentTime: number;
}

/** What both sides of a connection tell each other about themselves. */
export interface Terms {
  /** Index of the sender's peer: what the receiver puts in its datagrams from now on. */
  readonly outgoingPeerId: number;
  readonly incomingSession: number;
  readonly outgoingSession: number;
  readonly mtu: number;
  /** Bytes of reliable data in flight. */
  readonly windowSize: number;
  readonly channelCount: number;
  /** Bytes per second; 0 means no limit. */
  readonly incomingBandwidth: number;
  readonly outgoingBandwidth: number;
  /** Milliseconds. */
  readonly throttleInterval: number;
  readonly throttleAcceleration: number;
  readonly throttleDeceleration: number;
  /** Chosen by the side that connects; opaque. */
  readonly connectId: number;
}

export interface Connect extends CommandHeader, Terms {
  readonly type: 'connect';
  readonly data: number;
}

export interface VerifyConnect extends CommandHeader, Terms {
  readonly type: 'verify-connect';
}

export interface Disconnect extends CommandHeader {
  readonly type: 'disconnect';
  readonly data: number;
}

export interface Ping extends CommandHeader {
  readonly type: 'ping';
}

export interface SendReliable extends CommandHeader {
  readonly type: 'send-reliable';
  readonly payload: Uint8Array;
}

export interface SendUnreliable extends CommandHeader {
  readonly type: 'send-unreliable';
  readonly unreliableSequence: number;
  readonly payload: Uint8Array;
}

export interface SendFragment extends CommandHeader {
  readonly type: 'send-fragment' | 'send-unreliable-fragment';
  /** Reliable sequence number of the first fragment, or the unreliable one of the whole packet. */
  readonly startSequence: number;
  readonly fragmentCount: number;
  readonly fragmentNumber: number;
  readonly totalLength: number;
  readonly fragmentOffset: number;
  readonly payload: Uint8Array;
}

export interface SendUnsequenced extends CommandHeader {
  readonly type: 'send-unsequenced';
  readonly group: number;
  readonly payload: Uint8Array;
}

export interface BandwidthLimit extends CommandHeader {
  readonly type: 'bandwidth-limit';
  readonly incomingBandwidth: number;
  readonly outgoingBandwidth: number;
}

export interface ThrottleConfigure extends CommandHeader {
  readonly type: 'throttle-configure';
  readonly interval: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** A command that carries a packet or a part of one. */
export type SendCommand = SendReliable | SendUnreliable | SendFragment | SendUnsequenced;

export type Command =
  | Acknowledge
  | Connect
  | VerifyConnect
  | Disconnect
  | Ping
  | SendCommand
  | BandwidthLimit
  | ThrottleConfigure;

/** A command on the connection's own channel, without the header. */
type WithoutHeader<T> = T extends Command ? Omit<T, keyof CommandHeader> : never;
export type ControlCommand = WithoutHeader<
  Exclude<Command, { payload: Uint8Array } | { type: 'acknowledge' }>
>;

export type CommandType = Command['type'];

/** Bytes of each command without its payload. */
export const commandSize = {
  acknowledge: 8,
  connect: 48,
  'verify-connect': 44,
  disconnect: 8,
  ping: 4,
  'send-reliable': 6,
  'send-unreliable': 8,
  'send-fragment': 24,
  'send-unsequenced': 8,
  'bandwidth-limit': 12,
  'throttle-configure': 16,
  'send-unreliable-fragment': 24,
} as const satisfies Record<CommandType, number>;

export function clampMtu(mtu: number): number {
  return Math.min(MAXIMUM_MTU, Math.max(MINIMUM_MTU, mtu));
}

export function clampWindow(bytes: number): number {
  return Math.min(MAXIMUM_WINDOW_SIZE, Math.max(MINIMUM_WINDOW_SIZE, bytes));
}

/** Bytes of reliable data in flight that suit a bandwidth in bytes per second (0: no limit). */
export function windowForBandwidth(bandwidth: number): number {
  if (bandwidth === 0) return MAXIMUM_WINDOW_SIZE;
  return clampWindow(Math.floor(bandwidth / WINDOW_SIZE_SCALE) * MINIMUM_WINDOW_SIZE);
}

/** The tighter of two bandwidths of which either may be 0, "no limit". */
export function tighterBandwidth(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
