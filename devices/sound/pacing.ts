import { samplesPerMs } from './pcm.ts';

/** How much faster than the clock a card may run; real ones are within 0.1 %. */
const tolerance = 1.05;
/** Sound that may come at once when a PCM opens: what was already in its buffers. */
const initialMs = 1500;
/** Sound that may come at once after the daemon was held up: what sound servers keep for slow readers. */
const largestBacklogMs = 10_000;

/**
 * Recognises a PCM that no clock paces (ALSA's `null`, or `file` over it): it gives samples as fast as they
 * are read, a thousand times real time. A bucket that fills with time and empties with samples.
 */
export class Pacing {
  #allowedMs = initialMs;
  #last: number;

  /** `now` is when the PCM was opened, ms. */
  constructor(now: number) {
    this.#last = now;
  }

  /** Counts `samples` that came at `now`; false once there were more than time can explain. */
  admit(samples: number, now: number): boolean {
    const refilled = this.#allowedMs + (now - this.#last) * tolerance;
    this.#allowedMs = Math.min(largestBacklogMs, refilled) - samples / samplesPerMs;
    this.#last = now;
    return this.#allowedMs >= 0;
  }
}
