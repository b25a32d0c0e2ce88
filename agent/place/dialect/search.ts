import type { AlloError } from '../../errors.ts';
import type { Time } from '../../time/time.ts';
import type { Dialect } from '../../wire/dialect.ts';
import type { Question } from './decision.ts';
import type { EarlyConnection } from './early-connection.ts';
import { fits, knownDialects } from './evidence.ts';
import { type Heard, listen } from './listen.ts';

/** Finds the dialect of a place, during one attempt to join it: over several connections where that is needed. */
export class DialectSearch {
  readonly #forced: Dialect | undefined;
  readonly #wary: boolean;
  readonly #remembered: Dialect | undefined;
  readonly #ruledOut = new Set<Dialect>();
  #heard: Heard | undefined;

  /**
   * `remembered`: what was spoken there the last time. `wary`: whether it was found of late not to speak what is
   * wanted.
   */
  constructor(wanted: Dialect | 'auto', remembered: Dialect | undefined, wary: boolean) {
    this.#forced = wanted === 'auto' ? undefined : wanted;
    this.#wary = wary;
    this.#remembered = remembered;
  }

  /** What may be spoken on a new connection. Rejects as `listen` does. */
  async listen(connection: EarlyConnection, time: Time, signal: AbortSignal): Promise<Heard> {
    const ruledOut = this.#ruledOut;
    const question: Question = this.#forced
      ? { forced: this.#forced, wary: this.#wary }
      : { ruledOut, remembered: this.#remembered };
    this.#heard = undefined;
    this.#heard = await listen(connection, question, time, signal);
    return this.#heard;
  }

  /**
   * Learns why the stay came to nothing. True where that was for the dialect, and another is worth to be tried at
   * once. A refused version rules out every dialect that announces it.
   */
  learn({ code }: AlloError): boolean {
    const heard = this.#heard;
    this.#heard = undefined;
    if (this.#forced || !heard) return false;
    const { dialect: tried, evidence } = heard;
    if (code === 'ALLO_E_PLACE_VERSION') {
      for (const dialect of knownDialects)
        if (dialect.announceVersion === tried.announceVersion) this.#ruledOut.add(dialect);
    } else if (code === 'ALLO_E_PLACE_DIALECT') this.#ruledOut.add(tried);
    else return false;
    return knownDialects.some((dialect) => fits(dialect, evidence) && !this.#ruledOut.has(dialect));
  }
}
