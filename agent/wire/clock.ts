import { type Dialect, dialects } from './dialect.ts';
import { decodeJson, encodeJson, isObject, type JsonLimits } from './json.ts';
import { forbid } from './never-sent.ts';
import { accept, type Outcome, reject } from './rejection.ts';

/*
 * Clock channel, unreliable. The agent asks, the place answers at once.
 *
 *   agent to place  {"client_clock": seconds} end
 *   place to agent  {"client_clock": the same, "server_clock": seconds} end
 *
 * Deployed places say client_time and server_time; both are understood on arrival. Which it was tells the dialect.
 */

export interface ClockPacket {
  /** Seconds of the agent's monotonic clock when it asked. */
  readonly clientClock: number;
  /** Seconds of the place's clock when it answered; absent in the question. */
  readonly serverClock?: number;
}

export const clockLimits: JsonLimits = { bytes: 1 << 10, depth: 4, stringLength: 256, items: 16 };

export function decodeClock(bytes: Uint8Array): Outcome<ClockPacket> {
  const decoded = decodeJson(bytes, clockLimits);
  if (!decoded.ok) return decoded;
  const packet = decoded.value;
  if (!isObject(packet)) return reject('ALLO_E_WIRE_SHAPE', 'not a clock packet');
  const clientClock = packet.client_clock ?? packet.client_time;
  const serverClock = packet.server_clock ?? packet.server_time;
  if (typeof clientClock !== 'number')
    return reject('ALLO_E_WIRE_SHAPE', 'a clock packet without its question');
  if (serverClock === undefined) return accept({ clientClock });
  if (typeof serverClock !== 'number') return reject('ALLO_E_WIRE_SHAPE', 'a clock answer that is no number');
  return accept({ clientClock, serverClock });
}

const serverFields: ReadonlySet<string> = new Set(
  Object.values(dialects).map(({ clockFields }) => clockFields.server),
);

/** The name under which a place tells its time; undefined where it tells none, or one under several names. */
export function serverFieldOf(bytes: Uint8Array): string | undefined {
  const decoded = decodeJson(bytes, clockLimits);
  if (!decoded.ok || !isObject(decoded.value)) return undefined;
  const packet = decoded.value;
  const [field, another] = Object.keys(packet).filter((key) => serverFields.has(key));
  if (field === undefined || another !== undefined) return undefined;
  return typeof packet[field] === 'number' ? field : undefined;
}

export function encodeClock(packet: ClockPacket, dialect: Dialect): Outcome<Uint8Array> {
  const { client, server } = dialect.clockFields;
  const { clientClock, serverClock } = packet;
  if (!Number.isFinite(clientClock) || !(serverClock === undefined || Number.isFinite(serverClock)))
    return forbid('clock', 'times of a clock packet are finite numbers');
  const json =
    serverClock === undefined ? { [client]: clientClock } : { [client]: clientClock, [server]: serverClock };
  return encodeJson(json, dialect.packetEnd, clockLimits);
}
