import type { AlloError } from '../../errors.ts';
import type { Time } from '../../time/time.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { listeningTime, type Question } from './decision.ts';
import type { EarlyConnection } from './early-connection.ts';
import { type Evidence, fits, knownDialects } from './evidence.ts';
import { type Heard, listen } from './listen.ts';
import type { DialectMemory } from './memory.ts';
import { Witness } from './witness.ts';

/**
 * How many times longer than usual a place is listened to once it was silent in vain. Not longer: some places throw out
 * after 5 s who has not announced himself, and in others everything stands still until he has.
 */
const PATIENCE_WITH_SLOW = 4;

/**
 * Finds the dialect of a place, during attempts to join it: over several connections where that is needed. What one of
 * them showed is known to the next ones, until the dialect is found.
 */
export class DialectSearch {
  readonly #forced: Dialect | undefined;
  readonly #memory: DialectMemory;
  readonly #place: string;
  /** In this attempt. */
  readonly #ruledOut = new Set<Dialect>();
  /** Whether the place was found not to speak what is wanted. */
  #wary = false;
  #earlier: Evidence | undefined;
  #patience = 1;
  #witness: Witness | undefined;
  #heard: Heard | undefined;

  /** `place`: what it is remembered by. */
  constructor(wanted: Dialect | 'auto', memory: DialectMemory, place: string) {
    this.#forced = wanted === 'auto' ? undefined : wanted;
    this.#memory = memory;
    this.#place = place;
  }

  /** A new attempt begins. What refused a version may have been replaced since. */
  begin(): void {
    this.#ruledOut.clear();
  }

  /** What may be spoken on a new connection. Rejects as `listen` does. */
  async listen(connection: EarlyConnection, time: Time, signal: AbortSignal): Promise<Heard> {
    this.#heard = undefined;
    this.#witness = new Witness(connection);
    this.#heard = await listen(this.#witness, this.#question(), time, signal);
    return this.#heard;
  }

  /** The place is joined, and speaks this without doubt. */
  found(dialect: Dialect): void {
    this.#wary = false;
    this.#earlier = undefined;
    this.#patience = 1;
    this.#memory.remember(this.#place, dialect);
  }

  /**
   * Learns why a connection came to nothing. True where that was for the dialect, and another is worth to be tried at
   * once. A refused version rules out every dialect that announces it.
   */
  learn({ code }: AlloError): boolean {
    const [witness, tried] = [this.#witness, this.#heard?.dialect];
    this.#witness = undefined;
    this.#heard = undefined;
    const refused = code === 'ALLO_E_PLACE_VERSION';
    if (!witness || !(refused || code === 'ALLO_E_PLACE_DIALECT')) return false;
    if (!refused) this.#wary = true;
    this.#carry(witness, refused || !tried);
    if (this.#forced || !tried) return false;
    for (const dialect of knownDialects)
      if (dialect === tried || (refused && dialect.announceVersion === tried.announceVersion))
        this.#ruledOut.add(dialect);
    return knownDialects.some((dialect) => fits(dialect, witness.evidence) && !this.#ruledOut.has(dialect));
  }

  #question(): Question {
    const patience = this.#patience;
    if (this.#forced) return { forced: this.#forced, wary: this.#wary, patience };
    const about = { ruledOut: this.#ruledOut, remembered: this.#memory.recall(this.#place), patience };
    return this.#earlier ? { ...about, earlier: this.#earlier } : about;
  }

  /**
   * To the next connection. What was known of earlier ones is not so any more where the place was silent in spite of
   * it, or refused what was likely by it.
   */
  #carry({ evidence, silence }: Witness, anew: boolean): void {
    this.#earlier = anew ? evidence : { ...this.#earlier, ...evidence };
    if (silence >= listeningTime(evidence.channels)) this.#patience = PATIENCE_WITH_SLOW;
  }
}
