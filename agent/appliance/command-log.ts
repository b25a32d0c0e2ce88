import type { Json } from '../wire/json.ts';
import type { Log } from './log.ts';

/** Most refusals that are written a minute; the rest are counted. */
const mostRefusals = 60;
/** ms */
const minute = 60_000;
/** UTF-16 units shown of what was asked. */
const longestShown = 200;

/** Who wants what, when. */
export interface Asked {
  /** Entity that asks. In some places anyone can borrow another's: only a key tells who it was. */
  readonly sender: string;
  /** What is written on who asks. */
  readonly name?: string | undefined;
  /** Seconds of the place's clock, where it is known. */
  readonly placeTime?: number | undefined;
}

/**
 * The record of who commanded what: every command that was let through, and every one that was not, with the name of
 * the key, never the key or its proof. Refusals may be had for nothing, so that those beyond a number are counted.
 */
export class CommandLog {
  readonly #log: Log;
  #since = Number.NEGATIVE_INFINITY;
  #refusals = 0;
  #unwritten = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  accepted(asked: Asked, what: readonly Json[], keyName: string | undefined): void {
    this.#log.info(
      { ...defined(asked), what: shown(what), ...(keyName !== undefined && { keyName }) },
      'command accepted',
    );
  }

  /** `now` in ms. */
  refused(asked: Asked, what: readonly Json[], error: unknown, now: number): void {
    if (now - this.#since >= minute) {
      this.#since = now;
      this.#refusals = 0;
    }
    if (++this.#refusals > mostRefusals) {
      this.#unwritten++;
      return;
    }
    const { code, message: reason } = error as Error & { code?: unknown };
    const unwritten = this.#unwritten > 0 ? { unwritten: this.#unwritten } : {};
    this.#unwritten = 0;
    // Not a warning: of those, the log writes one of a code a minute.
    this.#log.info({ code, ...defined(asked), what: shown(what), reason, ...unwritten }, 'command refused');
  }
}

function shown(what: readonly Json[]): string {
  const text = what.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text;
}

function defined({ sender, name, placeTime }: Asked): Asked {
  return { sender, ...(name !== undefined && { name }), ...(placeTime !== undefined && { placeTime }) };
}
