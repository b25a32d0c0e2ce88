import { type Dialect, dialects } from '../../wire/dialect.ts';

/** What a connection has shown so far of the dialect spoken at its other end. */
export interface Evidence {
  /** How many channels were granted, where as many as there are were asked for. */
  readonly channels: number;
  /** Whether anything came where states do before the agent had said a word. */
  readonly spokeFirst?: boolean;
  /** What the first state ended with; absent while none was heard. */
  readonly stateEnd?: Dialect['packetEnd'];
  /** The name under which the place tells its time; absent while it has told none. */
  readonly serverField?: string;
}

/** Every dialect, the likelier of two that look alike first. */
export const knownDialects: readonly Dialect[] = Object.values(dialects);

/** States a place is given to send before its silence means that it sends none yet. */
const STATES_MISSED = 5;

const NEWLINE = 0x0a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Whether a place of this dialect would show what was seen. That it spoke first makes it more likely, no more. */
export function fits({ channels, packetEnd, clockFields }: Dialect, evidence: Evidence): boolean {
  const { stateEnd = packetEnd, serverField = clockFields.server } = evidence;
  return channels.count === evidence.channels && stateEnd === packetEnd && serverField === clockFields.server;
}

/** The other dialects that are granted as many channels. */
export function rivalsOf(dialect: Dialect): Dialect[] {
  return knownDialects.filter(
    (other) => other !== dialect && other.channels.count === dialect.channels.count,
  );
}

/**
 * Whether a place may still be of a dialect that this one could harm, once it has accepted the agent: by assets, which
 * make some abort, or by asking for tracks as that one does not, which they store wrongly and show to everyone.
 */
export function mayHarm(dialect: Dialect, evidence: Evidence): boolean {
  return rivalsOf(dialect).some(
    (rival) =>
      fits(rival, evidence) &&
      (rival.stateBeforeAnnounce || !evidence.spokeFirst) &&
      (rival.channels.assets !== dialect.channels.assets || rival.trackRequest !== dialect.trackRequest),
  );
}

/** After how long a silence a place is none of these, ms; 0 where none of them would have spoken. */
export function silenceRulingOut(suspects: readonly Dialect[]): number {
  const speaking = suspects.filter(({ stateBeforeAnnounce }) => stateBeforeAnnounce);
  const slowest = Math.min(...speaking.map(({ stateRate }) => stateRate.perSecond));
  return Math.ceil((STATES_MISSED * 1_000) / slowest);
}

/**
 * What a state ended with; undefined for what is none. One that is too large or too deep to be followed tells as much
 * as any: both forms of state are JSON objects, and anybody in the place can make one so.
 */
export function stateEndOf(packet: Uint8Array): Dialect['packetEnd'] | undefined {
  if (packet[0] !== OPENING_BRACE) return undefined;
  if (packet.at(-1) === CLOSING_BRACE) return '';
  return packet.at(-1) === NEWLINE && packet.at(-2) === CLOSING_BRACE ? '\n' : undefined;
}

/** Names for people: `v3 or alloplace`. */
export function namesOf(found: readonly Dialect[]): string {
  return found.map(({ name }) => name).join(' or ');
}
