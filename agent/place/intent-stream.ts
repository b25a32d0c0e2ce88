import type { Cancel, Time } from '../time/time.ts';
import { type Intent, restingIntent } from '../wire/intent.ts';

/** Least and most time between two intents, ms: at most 20 a second, at least one. */
export const SHORTEST_INTERVAL = 50;
export const LONGEST_INTERVAL = 900;

/**
 * Tells the place which revision of its state we hold. An appliance stands still, so the rest of the intent
 * never changes; it is sent all the same, always whole.
 */
export class IntentStream {
  readonly #time: Time;
  readonly #send: (intent: Intent) => void;
  #revision = 0;
  #sentRevision: number | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | undefined;

  /** Sends the first intent at once. */
  constructor(time: Time, revision: number, send: (intent: Intent) => void) {
    this.#time = time;
    this.#send = send;
    this.acknowledge(revision);
  }

  /** Sends the revision as soon as the rate allows; 0 asks for the whole state. */
  acknowledge(revision: number): void {
    this.#revision = revision;
    if (revision !== this.#sentRevision) this.#sendIn(this.#sentAt + SHORTEST_INTERVAL - this.#time.now());
  }

  stop(): void {
    this.#cancel?.();
  }

  #sendIn(ms: number): void {
    this.#cancel?.();
    if (ms > 0) this.#cancel = this.#time.after(ms, () => this.#sendNow());
    else this.#sendNow();
  }

  #sendNow(): void {
    this.#sentAt = this.#time.now();
    this.#sentRevision = this.#revision;
    this.#send({ ...restingIntent, ackStateRevision: this.#revision });
    this.#sendIn(LONGEST_INTERVAL);
  }
}
