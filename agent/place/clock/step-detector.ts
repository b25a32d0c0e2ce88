import { maxSkew } from './error-bound.ts';
import { type Exchange, type Interval, offsetInterval } from './exchange.ts';

/** Exchanges that must contradict what was known, and agree with one another, to be believed instead. */
const witnesses = 2;
/** Within this many ms two exchanges tell of the same step: the stamps of the new clock may be coarser. */
const agreementMs = 10;

/**
 * Tells a step of the place's clock, as when the place was restarted, from an answer that is merely wrong.
 * No delay can look like a step: a late answer makes its interval wider, it never moves it away.
 */
export class StepDetector {
  #suspects: Exchange[] = [];

  /** What an exchange says of the offset, beside where it was `expected`. */
  judge(exchange: Exchange, resolution: number, expected: Interval): 'expected' | 'suspected' | 'stepped' {
    if (overlap(offsetInterval(exchange, resolution), expected)) {
      this.#suspects = [];
      return 'expected';
    }
    this.#suspects = this.#suspects.filter((suspect) => agree(suspect, exchange, resolution));
    this.#suspects.push(exchange);
    return this.#suspects.length < witnesses ? 'suspected' : 'stepped';
  }

  /** The exchanges that bear out a step, oldest first; they are forgotten here. */
  take(): Exchange[] {
    const taken = this.#suspects;
    this.#suspects = [];
    return taken;
  }
}

function agree(older: Exchange, newer: Exchange, resolution: number): boolean {
  const slack = agreementMs + maxSkew * (newer.received - older.received);
  const { low, high } = offsetInterval(older, resolution);
  return overlap({ low: low - slack, high: high + slack }, offsetInterval(newer, resolution));
}

function overlap(a: Interval, b: Interval): boolean {
  return a.low <= b.high && b.low <= a.high;
}
