import type { Cancel, Time } from '../time/time.ts';
import type { ClockPacket } from '../wire/clock.ts';
import type { PlaceClock } from './clock/place-clock.ts';

/** Time between two probes, ms. */
export const PROBE_INTERVAL = 1_000;

/** Asks the place for its time: at once, then every second; the clock makes sense of the answers. */
export class ClockProbes {
  readonly #time: Time;
  readonly #clock: PlaceClock;
  readonly #send: (packet: ClockPacket) => void;
  #cancel: Cancel | undefined;

  constructor(time: Time, clock: PlaceClock, send: (packet: ClockPacket) => void) {
    this.#time = time;
    this.#clock = clock;
    this.#send = send;
    this.#probe();
  }

  receive({ clientClock, serverClock }: ClockPacket): void {
    if (serverClock !== undefined) this.#clock.answer(clientClock, serverClock, this.#time.now());
  }

  stop(): void {
    this.#cancel?.();
  }

  #probe(): void {
    this.#send({ clientClock: this.#clock.probe(this.#time.now()) });
    this.#cancel = this.#time.after(PROBE_INTERVAL, () => this.#probe());
  }
}
