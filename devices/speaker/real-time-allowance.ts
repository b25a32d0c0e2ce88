/** How much faster than our clock a card may run. */
const tolerance = 1.01;
/** What a first period may be early by. */
const initialMs = 10;
/** What may be asked for at once: the buffer of the device, after we were held up for as long as that lasts. */
const largestMs = 120;

/**
 * How much sound may be asked for by now: as much as came into being since the last. Whoever asks for more, to fill a
 * buffer, would only find that it is not there yet, and cut the sound to pieces.
 */
export class RealTimeAllowance {
  #allowedMs = initialMs;
  #last: number;

  /** `now`, ms. */
  constructor(now: number) {
    this.#last = now;
  }

  /** Takes `ms` of it; false, and nothing taken, where there is not that much at `now`. */
  take(ms: number, now: number): boolean {
    this.#allowedMs = Math.min(largestMs, this.#allowedMs + (now - this.#last) * tolerance);
    this.#last = now;
    if (this.#allowedMs < ms) return false;
    this.#allowedMs -= ms;
    return true;
  }
}
