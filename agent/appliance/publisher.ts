import type { Cancel, Time } from '../time/time.ts';
import type { CountedReading, Property } from './property.ts';

/** Longest a reading waits for the place to be joined and its clock known, ms. */
const longestWait = 30_000;
/** Most readings that wait. */
const waitingLimit = 10_000;
/** How often the waiting ones are looked at, ms. */
const retryEvery = 100;

export interface PublisherOptions {
  readonly time: Time;
  /** Local monotonic milliseconds in the place's seconds; undefined while no place is joined or its clock unknown. */
  readonly toPlaceTime: (ms: number) => number | undefined;
  /** Sends one reading, stamped, into the place. */
  readonly send: (property: Property, reading: CountedReading, placeTime: number) => void;
}

/**
 * Sends readings in the order they were taken, each stamped with the place's time. Those taken before that
 * time is known wait for it; those that wait too long are dropped and counted.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  #waiting: { property: Property; reading: CountedReading }[] = [];
  #retry: Cancel | undefined;
  /** Readings that waited in vain. */
  dropped = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  publish(property: Property, reading: CountedReading): void {
    this.#waiting.push({ property, reading });
    this.#flush();
  }

  stop(): void {
    this.#waiting = [];
    this.#retry?.();
    this.#retry = undefined;
  }

  #flush(): void {
    const { time, toPlaceTime, send } = this.#options;
    let sent = 0;
    for (const { property, reading } of this.#waiting) {
      const placeTime = toPlaceTime(reading.time);
      if (placeTime === undefined) break;
      send(property, reading, placeTime);
      sent++;
    }
    this.#waiting.splice(0, sent);
    this.#dropOld(time.now());
    if (this.#waiting.length > 0 && !this.#retry) {
      this.#retry = time.after(retryEvery, () => {
        this.#retry = undefined;
        this.#flush();
      });
    }
  }

  #dropOld(now: number): void {
    const fresh = this.#waiting.findIndex(({ reading }) => now - reading.time <= longestWait);
    const old = fresh === -1 ? this.#waiting.length : fresh;
    const drop = Math.max(old, this.#waiting.length - waitingLimit);
    this.dropped += drop;
    if (drop > 0) this.#waiting.splice(0, drop);
  }
}
