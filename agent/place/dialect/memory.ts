import type { Dialect } from '../../wire/dialect.ts';

/** What was spoken in places the last time; a hint, for places are upgraded. */
export interface DialectMemory {
  /** `place`: its URL. */
  recall(place: string): Dialect | undefined;
  remember(place: string, dialect: Dialect): void;
}

/** Remembers as long as the process runs. */
export class ShortDialectMemory implements DialectMemory {
  readonly #dialects = new Map<string, Dialect>();

  recall(place: string): Dialect | undefined {
    return this.#dialects.get(place);
  }

  remember(place: string, dialect: Dialect): void {
    this.#dialects.set(place, dialect);
  }
}
