/** The least that is told: below the quantisation noise of 16 bits. */
export const silenceDbfs = -96;
const fullScale = 32_768;

/**
 * RMS level of PCM in dBFS: 0 is a square wave at full scale, and so a sine at full scale is -3.01.
 * Gathers samples until it is asked.
 */
export class LevelMeter {
  #squares = 0;
  #count = 0;

  add(samples: Int16Array): void {
    for (const sample of samples) this.#squares += sample * sample;
    this.#count += samples.length;
  }

  /** Forgets what was gathered. */
  reset(): void {
    this.#squares = 0;
    this.#count = 0;
  }

  /** The level of everything since the last call, to a tenth of a decibel, never under `silenceDbfs`. */
  take(): number {
    const rms = this.#count === 0 ? 0 : Math.sqrt(this.#squares / this.#count) / fullScale;
    this.reset();
    return Math.max(silenceDbfs, Math.round(200 * Math.log10(rms)) / 10);
  }
}
