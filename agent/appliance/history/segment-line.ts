import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Quality, Value } from '../../../devices/thing.ts';

/** A reading as it stands in a segment: times are of the boot in which it was taken. */
export interface Entry {
  readonly key: string;
  readonly seq: number;
  /** Milliseconds of the monotonic clock of its boot. */
  readonly ms: number;
  readonly value: Value | null;
  readonly quality: Quality;
}

/** What a segment says beside readings. The newest of each kind holds, of counts the greatest. */
export interface Note {
  /** The kernel's id of the boot whose monotonic clock times are of. */
  readonly boot?: string;
  /** UTC minus the monotonic clock, ms, where UTC was known. */
  readonly utcOffset?: number;
  /** The clock of a place minus the monotonic clock, ms. */
  readonly place?: PlaceOffset;
  /** By property: the greatest number that may have been given to a reading. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Nothing followed: `counts` are the numbers that were given, none ahead. */
  readonly ended?: boolean;
}

export interface PlaceOffset {
  readonly url: string;
  /** ms */
  readonly offset: number;
}

const checksumLength = 8;
/** Where JSON begins in a line. */
const jsonStart = checksumLength + 1;
const newline = 0x0a;

/** `5d3c07a1 ["board.temperature",17,48213.25,21.5]`: CRC-32 of the JSON, in hexadecimal, before it. */
export function encodeEntry({ key, seq, ms, value, quality }: Entry): string {
  const rounded = Math.round(ms * 1e3) / 1e3;
  return encode(quality === 'good' ? [key, seq, rounded, value] : [key, seq, rounded, value, quality]);
}

/** `91be44f0 {"boot":"3fd1...","utcOffset":1763824100123}` */
export const encodeNote = (note: Note): string => encode(note);

/** What all lines of a property's entries have after their checksum. */
export const entryPrefix = (key: string): string => ` [${JSON.stringify(key)},`;

/** The entry or note of one line without its newline; undefined where it is torn or damaged. */
export function decodeLine(line: Buffer): Entry | Note | undefined {
  if (line.length <= jsonStart) return undefined;
  const json = line.subarray(jsonStart);
  if (line.toString('latin1', 0, checksumLength) !== checksumOf(json)) return undefined;
  try {
    return contentOf(JSON.parse(json.toString()));
  } catch {
    return undefined;
  }
}

export const isEntry = (line: Entry | Note): line is Entry => 'seq' in line;

/** Every line of a segment's bytes; one without its newline is not whole. */
export function* linesOf(bytes: Buffer): Generator<{ line: Buffer; whole: boolean }> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (line.length > 0) yield { line, whole: end !== -1 };
    if (end === -1) return;
    start = end + 1;
  }
}

/** The lines that hold entries of one property: the others are not looked at. */
export function* linesWith(key: string, bytes: Buffer): Generator<Buffer> {
  const prefix = Buffer.from(entryPrefix(key));
  for (let found = bytes.indexOf(prefix); found !== -1; ) {
    const start = found - checksumLength;
    const end = bytes.indexOf(newline, found);
    if (start === 0 || bytes[start - 1] === newline)
      yield bytes.subarray(start, end === -1 ? bytes.length : end);
    if (end === -1) return;
    found = bytes.indexOf(prefix, end);
  }
}

export const noteSchema = z.object({
  boot: z.string().optional(),
  utcOffset: z.number().optional(),
  place: z.object({ url: z.string(), offset: z.number() }).optional(),
  counts: z.record(z.string(), z.number()).optional(),
  ended: z.boolean().optional(),
});

/** Throws where it is neither. */
function contentOf(content: unknown): Entry | Note {
  if (!Array.isArray(content)) return noteSchema.parse(content) as Note;
  const [key, seq, ms, value, quality = 'good'] = content as unknown[];
  if (typeof key !== 'string' || typeof seq !== 'number' || typeof ms !== 'number')
    throw new TypeError('not an entry');
  return { key, seq, ms, value: value as Value | null, quality: quality as Quality };
}

function encode(content: unknown): string {
  const json = JSON.stringify(content);
  return `${checksumOf(json)} ${json}\n`;
}

const checksumOf = (json: string | Buffer): string => crc32(json).toString(16).padStart(checksumLength, '0');
