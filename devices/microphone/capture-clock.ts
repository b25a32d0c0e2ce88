import { samplesPerMs } from '../sound/pcm.ts';

/** The card's clock may be this much slower than ours; 200 ppm is twice what cheap crystals do. */
const driftPerMs = 200e-6;
/** Lateness that no queue on the way explains: samples were lost, and the count of samples starts anew. */
const resyncMs = 250;

/**
 * Tells when a sample was captured. Samples are counted, and what carries them can only delay them: the
 * least delayed arrival so far says when sample 0 was captured, and so all others.
 */
export class CaptureClock {
  #origin: number | undefined;
  #position = 0;

  /** Learns that the samples before `position` had all arrived at `now`. */
  observe(position: number, now: number): void {
    const origin = now - position / samplesPerMs;
    const drifted = (this.#origin ?? origin) + ((position - this.#position) / samplesPerMs) * driftPerMs;
    this.#origin = origin - drifted > resyncMs ? origin : Math.min(origin, drifted);
    this.#position = position;
  }

  /** Milliseconds of CLOCK_MONOTONIC at which the sample at `position` was captured. */
  timeOf(position: number): number {
    return (this.#origin ?? 0) + position / samplesPerMs;
  }
}
