import { WINDOW_COUNT, WINDOW_NUMBERS, windowOf } from './sequence.ts';

/** Windows that must be free of unacknowledged numbers before a new one is entered. */
const CLEAR_WINDOWS = 10;

/** How many numbers of each window a channel's sender has in flight: keeps it from lapping its receiver. */
export class ReliableWindows {
  readonly #inFlight = new Uint16Array(WINDOW_COUNT);

  /** Whether a number that was never sent must wait. Only the first of a window ever does. */
  blocks(number: number): boolean {
    if (number % WINDOW_NUMBERS !== 0) return false;
    const window = windowOf(number);
    if (this.#inFlight[(window + WINDOW_COUNT - 1) % WINDOW_COUNT]! >= WINDOW_NUMBERS) return true;
    for (let step = 0; step < CLEAR_WINDOWS; step++)
      if (this.#inFlight[(window + step) % WINDOW_COUNT]! > 0) return true;
    return false;
  }

  sent(number: number): void {
    this.#inFlight[windowOf(number)]!++;
  }

  acknowledged(number: number): void {
    this.#inFlight[windowOf(number)]!--;
  }
}
