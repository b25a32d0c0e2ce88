import { bytesPerSample } from '../sound/pcm.ts';

/**
 * Cuts a stream of bytes into frames of equal length, however the bytes were cut on their way: a short read
 * or half a sample at the end of a chunk waits for the rest, so that no sample is ever shifted.
 */
export class Framer {
  readonly #samples: number;
  #frame: Uint8Array;
  #filled = 0;

  /** `samples` is the length of a frame. */
  constructor(samples: number) {
    this.#samples = samples;
    this.#frame = new Uint8Array(samples * bytesPerSample);
  }

  /** Samples, in part or whole, that wait for their frame to fill. */
  get pending(): number {
    return this.#filled / bytesPerSample;
  }

  /** Takes bytes of little-endian samples and hands out every frame they complete, each its own memory. */
  push(bytes: Uint8Array, deliver: (samples: Int16Array) => void): void {
    let taken = 0;
    while (taken < bytes.length) {
      const part = bytes.subarray(taken, taken + this.#frame.length - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled < this.#frame.length) return;
      // Every machine Node runs on is little endian, as the samples are.
      const samples = new Int16Array(this.#frame.buffer);
      this.#frame = new Uint8Array(this.#samples * bytesPerSample);
      this.#filled = 0;
      deliver(samples);
    }
  }
}
