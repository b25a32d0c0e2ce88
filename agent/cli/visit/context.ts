import type { WriteStream } from 'node:tty';
import { InvalidArgumentError, Option } from 'commander';
import type { Dial } from '../../connection/connection.ts';
import type { Key } from '../../keys/key.ts';
import type { AssetStore } from '../../place/assets/store.ts';
import type { DialectMemory } from '../../place/dialect/memory.ts';
import type { Time } from '../../time/time.ts';
import type { Dialect } from '../../wire/dialect.ts';

/** Where a visit's output goes. */
export interface Output {
  line(text: string): void;
  /** What is not part of the output, but somebody should know. */
  warn(text: string): void;
  /** Present where a person looks at it live. */
  readonly terminal?: WriteStream;
}

/** What every kind of visit works with. */
export interface VisitContext {
  /** As it was typed; for people. */
  readonly url: string;
  readonly dial: Dial;
  /** What the place speaks; by default it is listened to, and found. */
  readonly dialect?: Dialect | 'auto';
  readonly memory?: DialectMemory;
  /** What commands are proven with; reading it throws ALLO_E_KEY_FILE where its file cannot be used. */
  readonly key?: Key | undefined;
  readonly time: Time;
  readonly output: Output;
  /** Where fetched assets are kept; by default in memory, which bears small ones. */
  readonly assetStore?: AssetStore;
  /** Aborts when the visit is to end. */
  readonly signal: AbortSignal;
}

export interface CommonOptions {
  /** ms */
  readonly timeout: number;
  readonly json?: true;
}

/** `--timeout SECONDS`: kept in ms. */
export function timeoutOption(): Option {
  return new Option('--timeout <seconds>', 'how long the place, and each answer, is waited for')
    .default(5_000, '5')
    .argParser(parseSeconds);
}

/** `--for SECONDS`: kept in ms. */
export function forOption(description: string): Option {
  return new Option('--for <seconds>', description).argParser(parseSeconds);
}

/** `2.5` or `2.5s` as ms. */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(?:\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= 1e6))
    throw new InvalidArgumentError('It is a number of seconds, more than 0.');
  return seconds * 1000;
}

export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('It is a whole number, at least 1.');
  return count;
}
