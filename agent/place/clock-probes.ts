import type { Cancel, Time } from '../time/time.ts';
import type { ClockPacket } from '../wire/clock.ts';
import type { PlaceClock } from './clock/place-clock.ts';

/** Time between two probes, ms. */
export const PROBE_INTERVAL = 1_000;
/** The same while an answer contradicts what is known: a restarted place is followed the sooner. */
const PROBE_INTERVAL_IN_DOUBT = 100;

/** Asks the place for its time: at once, then every second; the clock makes sense of the answers. */
export class ClockProbes {
  readonly #time: Time;
  readonly #clock: PlaceClock;
  readonly #send: (packet: ClockPacket) => void;
  #cancel: Cancel | undefined;
  #confirmed = false;

  constructor(time: Time, clock: PlaceClock, send: (packet: ClockPacket) => void) {
    this.#time = time;
    this.#clock = clock;
    this.#send = send;
    this.#probe();
  }

  /** Whether this very place has answered in a way that the clock agrees with by now. */
  get confirmed(): boolean {
    return this.#confirmed;
  }

  /** False where the answer could not be used. */
  receive({ clientClock, serverClock }: ClockPacket): boolean {
    if (serverClock === undefined) return false;
    const { outcome } = this.#clock.answer(clientClock, serverClock, this.#time.now());
    if (outcome === 'suspected') this.#probeIn(PROBE_INTERVAL_IN_DOUBT);
    else if (outcome !== 'ignored') this.#confirmed = true;
    return outcome !== 'ignored';
  }

  stop(): void {
    this.#cancel?.();
  }

  #probe(): void {
    this.#send({ clientClock: this.#clock.probe(this.#time.now()) });
    this.#probeIn(PROBE_INTERVAL);
  }

  #probeIn(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#time.after(ms, () => this.#probe());
  }
}
