import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Dialect, type DialectName, dialects } from '../../agent/wire/dialect.ts';

/** A packet of a recording; what its files hold stands in test/fixtures/places. */
export interface RecordedPacket {
  /** A to D in sessions; in golden recordings it may be missing. */
  readonly client?: string;
  readonly dir: 's2c' | 'c2s';
  readonly channel: number;
  readonly reliable: boolean;
  readonly len: number;
  readonly text?: string;
  readonly hex?: string;
}

export type RecordedDialect = Exclude<DialectName, 'documented'>;

/** The dialects of places that were recorded. */
export const recorded: readonly RecordedDialect[] = ['v1', 'v2', 'v3', 'v4', 'alloplace'];

/** The dialects of which whole sessions were recorded. */
export const withSessions: readonly RecordedDialect[] = ['v2', 'v3', 'v4', 'alloplace'];

/** One example of each kind of message. */
export function golden(name: RecordedDialect): readonly RecordedPacket[] {
  return packetsIn(readFileSync(file(`golden-${name}.jsonl`)).toString());
}

/** Every packet of a session, in order. */
export function session(name: RecordedDialect): readonly RecordedPacket[] {
  return packetsIn(gunzipSync(readFileSync(file(`session-${name}.jsonl.gz`))).toString());
}

/** Every packet there is of a place. */
export function everything(name: RecordedDialect): readonly RecordedPacket[] {
  return withSessions.includes(name) ? [...golden(name), ...session(name)] : golden(name);
}

/** The payload. What a recording left out of a long one is newlines, since it may end in one. */
export function bytesOf({ text, hex = '', len }: RecordedPacket): Uint8Array {
  const bytes = new Uint8Array(len).fill(0x0a);
  bytes.set(text === undefined ? Buffer.from(hex, 'hex') : Buffer.from(text));
  return bytes;
}

export type ChannelUse = keyof Omit<Dialect['channels'], 'count' | 'video'>;

/** What a place of that dialect uses a channel for; undefined: for nothing an agent knows. */
export function useOf(name: RecordedDialect, channel: number): ChannelUse | undefined {
  const { state, interactions, assets, media, clock }: Dialect['channels'] = dialects[name].channels;
  const uses = { state, interactions, assets, media, clock };
  return (Object.keys(uses) as ChannelUse[]).find((use) => uses[use] === channel);
}

function file(name: string): URL {
  return new URL(`../fixtures/places/${name}`, import.meta.url);
}

function packetsIn(lines: string): RecordedPacket[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Partial<RecordedPacket>)
    .filter((line): line is RecordedPacket => line.channel !== undefined && line.dir !== undefined);
}
