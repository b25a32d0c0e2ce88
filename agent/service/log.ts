import { type LogFn, type Logger, pino } from 'pino';
import type { Time } from '../time/time.ts';
import { formatLine } from './log-format.ts';
import { type LogLevel, logLevels } from './log-level.ts';
import type { LogFormat, LogSink } from './log-sink.ts';
import { RepeatLimit } from './repeat-limit.ts';

/**
 * pino's logger. Words of the fields: `code` a stable error code, `thing` the id of a thing, `err` an error.
 * What repeats is let through once a minute, warnings and errors of the same code and thing: the newest then, with
 * `suppressed`, how many there were besides, and `ago_s`, how long ago it happened.
 */
export type Log = Logger;

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly sink: LogSink;
  readonly time: Time;
}

/** Never written, under whatever they stand. */
const secrets = ['key', 'secret', 'token', 'password', 'credential'];

/** The log of the whole daemon. */
export class Logging {
  readonly log: Log;
  readonly #sink: LogSink;
  readonly #repeats: RepeatLimit;
  readonly #time: Time;
  #threshold: number;

  constructor({ level, format, sink, time }: LogOptions) {
    this.#sink = sink;
    this.#repeats = new RepeatLimit(time);
    this.#time = time;
    this.#threshold = levelNumber(level);
    const record = (log: Log, args: Parameters<LogFn>, method: LogFn, number: number) =>
      this.#record(log, args, method, number);
    this.log = pino(
      {
        // A logger of pino's keeps the level it was made with; letting all through here, `level` may change.
        level: 'trace',
        base: null,
        // The journal stamps lines itself.
        timestamp: format === 'journal' ? false : pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { err: describeError },
        redact: { paths: secrets.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
        hooks: {
          logMethod(args, method, number) {
            record(this, args, method, number);
          },
        },
      },
      formattingStream(format, sink),
    );
  }

  /** The lowest level that is written. Changing it changes it for every logger made from this log. */
  get level(): LogLevel {
    return logLevels.find((name) => levelNumber(name) === this.#threshold)!;
  }

  set level(level: LogLevel) {
    this.#threshold = levelNumber(level);
  }

  /** Writes what is kept back, and calls `done` when it is out: the last thing before the process ends. */
  flush(done: () => void): void {
    this.#repeats.flush();
    this.#sink.flush(done);
  }

  #record(log: Log, args: Parameters<LogFn>, method: LogFn, number: number): void {
    if (number < this.#threshold) return;
    const fields: unknown = args[0];
    const kind = number >= levelNumber('warn') ? kindOf(fields, log) : undefined;
    if (kind === undefined) {
      method.apply(log, args);
      return;
    }
    const [, ...rest] = args;
    const happenedAt = this.#time.now();
    this.#repeats.offer(kind, (suppressed) => {
      const ago_s = Math.round((this.#time.now() - happenedAt) / 1e3);
      const told = {
        ...(fields as object),
        ...(suppressed > 0 && { suppressed }),
        ...(ago_s > 0 && { ago_s }),
      };
      method.apply(log, [told, ...rest] as typeof args);
    });
  }
}

const levelNumber = (level: LogLevel): number => pino.levels.values[level]!;

/** What makes a record the same as an earlier one; undefined where it is never held back. */
function kindOf(fields: unknown, log: Log): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const { code, err, thing } = { ...log.bindings(), ...fields } as Record<string, unknown>;
  const kind = code ?? (err as { code?: unknown } | undefined)?.code;
  return kind === undefined ? undefined : `${String(kind)} ${String(thing ?? '')}`;
}

/** An error of a known code is told by its code and mend; only an unforeseen one needs its stack. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, mend } = error as { code?: unknown; mend?: unknown };
  if (typeof mend === 'string') return { code, message: error.message, mend };
  return pino.stdSerializers.errWithCause(error);
}

/** Gives finished lines to the sink. pino tells a stream with this mark the level of each line. */
function formattingStream(format: LogFormat, sink: LogSink) {
  return {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      sink.write(formatLine(line, this.lastLevel, format));
    },
  };
}
