import type { Exchange } from './exchange.ts';
import { type Fit, fitOffset } from './regression.ts';
import { StampResolution } from './stamp-resolution.ts';

/** Exchanges remembered: three minutes of them, longer than any of them still matters. */
const capacity = 192;

/** The window of exchanges that offset and skew are fitted to. */
export class Filter {
  #window: Exchange[] = [];
  #resolution = new StampResolution();

  /** Milliseconds the place's stamps are cut to; 0 where they are exact. */
  get resolution(): number {
    return this.#resolution.ms;
  }

  /** Adds the newest exchange and fits again. Old exchanges that contradict newer ones are forgotten. */
  add(exchange: Exchange): Fit {
    this.#resolution.add(exchange.stamp);
    this.#window.push(exchange);
    if (this.#window.length > capacity) this.#window.shift();
    for (;;) {
      const found = fitOffset(this.#window, this.#resolution.ms);
      if (found) return found;
      this.#window = this.#window.slice(Math.ceil(this.#window.length / 4));
    }
  }

  /** Forgets everything and begins anew with `exchanges`, at least one. */
  restart(exchanges: readonly Exchange[]): Fit {
    this.#window = [];
    this.#resolution = new StampResolution();
    return exchanges.map((exchange) => this.add(exchange)).at(-1)!;
  }
}
