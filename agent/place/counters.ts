import type { ErrorCode } from '../errors.ts';
import type { RejectionCode } from '../wire/rejection.ts';

/** What is counted: rejections of the wire, and drops and failures of the session. */
export type CounterCode = RejectionCode | ErrorCode;

/** How often each thing went wrong since the start, by code. */
export class Counters {
  readonly #counts = new Map<CounterCode, number>();

  count(code: CounterCode): void {
    this.#counts.set(code, this.get(code) + 1);
  }

  get(code: CounterCode): number {
    return this.#counts.get(code) ?? 0;
  }

  /** Codes that were counted at least once. */
  entries(): [CounterCode, number][] {
    return [...this.#counts];
  }
}
