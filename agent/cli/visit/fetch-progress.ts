import type { Time } from '../../time/time.ts';

/** Shown no more often, ms. */
const every = 100;

const MEBIBYTE = 1024 * 1024;

/** How far a fetch is, in one line of a terminal that is written over. */
export class FetchProgress {
  readonly #time: Time;
  readonly #write: (text: string) => void;
  readonly #began: number;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(time: Time, write: (text: string) => void) {
    this.#time = time;
    this.#write = write;
    this.#began = time.now();
  }

  show(received: number, total: number): void {
    const now = this.#time.now();
    if (now - this.#shownAt < every && received < total) return;
    this.#shownAt = now;
    const percent = total === 0 ? 100 : Math.floor((received / total) * 100);
    const rate = received / MEBIBYTE / Math.max((now - this.#began) / 1000, 0.001);
    const sizes = `${(received / MEBIBYTE).toFixed(1)} of ${(total / MEBIBYTE).toFixed(1)} MiB`;
    this.#write(`\r\x1b[K${String(percent).padStart(3)} %  ${sizes}  ${rate.toFixed(1)} MiB/s`);
  }

  /** Leaves the line empty. */
  clear(): void {
    if (this.#shownAt !== Number.NEGATIVE_INFINITY) this.#write('\r\x1b[K');
  }
}
