import { type Dialect, dialects } from '../../wire/dialect.ts';
import { decodeState } from '../../wire/state.ts';

/** What a connection has shown so far of the dialect spoken at its other end. */
export interface Evidence {
  /** How many channels were granted, where as many as there are were asked for. */
  readonly channels: number;
  /** What the first state ended with; absent while none was heard. */
  readonly stateEnd?: Dialect['packetEnd'];
}

/** Every dialect, the likelier of two that look alike first. */
export const knownDialects: readonly Dialect[] = Object.values(dialects);

/** States a place is given to send before its silence means that it sends none yet. */
const STATES_MISSED = 5;

const NEWLINE = 0x0a;

/** Whether a place of this dialect would show what was seen. */
export function fits({ channels, packetEnd }: Dialect, evidence: Evidence): boolean {
  return channels.count === evidence.channels && (evidence.stateEnd ?? packetEnd) === packetEnd;
}

/** The other dialects that are granted as many channels. */
export function rivalsOf(dialect: Dialect): Dialect[] {
  return knownDialects.filter(
    (other) => other !== dialect && other.channels.count === dialect.channels.count,
  );
}

/** After how long a silence a place is none of these, ms; 0 where none of them would have spoken. */
export function silenceRulingOut(suspects: readonly Dialect[]): number {
  const speaking = suspects.filter(({ stateBeforeAnnounce }) => stateBeforeAnnounce);
  const slowest = Math.min(...speaking.map(({ stateRate }) => stateRate.perSecond));
  return Math.ceil((STATES_MISSED * 1_000) / slowest);
}

/** What a state ended with; undefined for what is no state. */
export function stateEndOf(packet: Uint8Array): Dialect['packetEnd'] | undefined {
  if (!decodeState(packet).ok) return undefined;
  return packet.at(-1) === NEWLINE ? '\n' : '';
}

/** Names for people: `v3 or alloplace`. */
export function namesOf(found: readonly Dialect[]): string {
  return found.map(({ name }) => name).join(' or ');
}
