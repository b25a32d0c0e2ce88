import type { Cancel, Time } from '../time/time.ts';
import type { CountedReading, Property } from './property.ts';
import type { Stamp } from './stamp.ts';

/** Longest a reading waits for the place to be joined and its clock known, ms; the newest of a property waits on. */
const longestWait = 30_000;
/** Most readings that wait. */
const waitingLimit = 10_000;
/** How often the waiting ones are looked at, ms. */
const retryEvery = 100;

export interface PublisherOptions {
  readonly time: Time;
  /** The stamp of a moment in local monotonic milliseconds; undefined while no place is joined or its clock unknown. */
  readonly stamp: (ms: number) => Stamp | undefined;
  /** Sends one reading, stamped, into the place. */
  readonly send: (property: Property, reading: CountedReading, stamp: Stamp) => void;
}

/**
 * Sends readings in the order they were taken, each stamped with the place's time. Those taken before that
 * time is known wait for it. Those that wait too long are dropped and counted, but for the newest of each property:
 * however long the place was away, it is shown how things are now.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  #waiting: { property: Property; reading: CountedReading }[] = [];
  /** The newest reading of each property, where it is older than the oldest that waits. */
  #overdue = new Map<Property, CountedReading>();
  #retry: Cancel | undefined;
  /** Readings that waited in vain. */
  dropped = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  publish(property: Property, reading: CountedReading): void {
    if (this.#overdue.delete(property)) this.dropped++;
    this.#waiting.push({ property, reading });
    this.#flush();
  }

  stop(): void {
    this.#waiting = [];
    this.#overdue.clear();
    this.#retry?.();
    this.#retry = undefined;
  }

  #flush(): void {
    const { time } = this.#options;
    for (const [property, reading] of this.#overdue)
      if (this.#send(property, reading)) this.#overdue.delete(property);
    const unsent = this.#waiting.findIndex(({ property, reading }) => !this.#send(property, reading));
    this.#waiting.splice(0, unsent === -1 ? this.#waiting.length : unsent);
    this.#dropOld(time.now());
    if (this.#waiting.length + this.#overdue.size > 0 && !this.#retry) {
      this.#retry = time.after(retryEvery, () => {
        this.#retry = undefined;
        this.#flush();
      });
    }
  }

  /** False where the time of the place is not known. */
  #send(property: Property, reading: CountedReading): boolean {
    const { send } = this.#options;
    const stamp = this.#options.stamp(reading.time);
    if (!stamp) return false;
    send(property, reading, stamp);
    return true;
  }

  #dropOld(now: number): void {
    const fresh = this.#waiting.findIndex(({ reading }) => now - reading.time <= longestWait);
    const old = fresh === -1 ? this.#waiting.length : fresh;
    const drop = Math.max(old, this.#waiting.length - waitingLimit);
    for (const { property, reading } of this.#waiting.splice(0, drop)) {
      if (property.latest === reading) this.#overdue.set(property, reading);
      else this.dropped++;
    }
  }
}
