const fullScale = 32_768;
/** Sums up to here stay as they are; what is louder is bent towards full scale, and never cut. */
const knee = 0.7;

/** Adds up what several tracks sound at the same moment. Too loud together they are limited softly. */
export class Mixer {
  readonly #sum: Float32Array;
  #silent = true;

  /** `length`: samples of every part. */
  constructor(length: number) {
    this.#sum = new Float32Array(length);
  }

  /** Adds a part, its loudness going evenly from the one factor to the other, so that no step is heard. */
  add(part: Int16Array, from: number, to: number): void {
    this.#silent = false;
    const sum = this.#sum;
    const slope = (to - from) / sum.length;
    for (let n = 0; n < sum.length; n++) sum[n] = sum[n]! + part[n]! * (from + slope * n);
  }

  /** What was added since the last call; undefined where nothing was. */
  take(): Int16Array | undefined {
    if (this.#silent) return undefined;
    const mixed = Int16Array.from(this.#sum, limited);
    this.#sum.fill(0);
    this.#silent = true;
    return mixed;
  }
}

function limited(sample: number): number {
  const loudness = Math.abs(sample) / fullScale;
  if (loudness <= knee) return Math.round(sample);
  const bent = knee + (1 - knee) * Math.tanh((loudness - knee) / (1 - knee));
  return Math.sign(sample) * Math.min(fullScale - 1, Math.round(bent * fullScale));
}
