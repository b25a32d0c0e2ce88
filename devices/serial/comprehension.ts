import type { DriverTime, Fault } from '../thing.ts';

/** How long nothing but nonsense may arrive before it is a fault, ms. */
const patienceMs = 5_000;

/**
 * Tells a device that now and then sends a bad line from one that is not understood at all, as at a wrong
 * baud rate.
 */
export class Comprehension {
  readonly #path: string;
  readonly #time: DriverTime;
  #badSince: number | undefined;

  constructor(path: string, time: DriverTime) {
    this.#path = path;
    this.#time = time;
  }

  /** A good value arrived. */
  good(): void {
    this.#badSince = undefined;
  }

  /** A line was of no use, for `reason`. Returns a fault where that has been so for too long. */
  bad(reason: string): Fault | undefined {
    const now = this.#time.now();
    this.#badSince ??= now;
    if (now - this.#badSince < patienceMs) return undefined;
    return { code: 'ALLO_E_SERIAL_LINES', reason: `nothing from ${this.#path} is understood: ${reason}` };
  }
}
