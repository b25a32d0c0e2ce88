import type { Time } from '../time/time.ts';
import { clockLimits, decodeClock, encodeClock } from '../wire/clock.ts';
import type { Dialect } from '../wire/dialect.ts';
import { decodeJson, encodeJson, isObject } from '../wire/json.ts';
import { type Outcome, reject } from '../wire/rejection.ts';

/** The clock of a place as its agents see it. */
export class PlaceClock {
  readonly #time: Time;
  readonly #dialect: Dialect;

  constructor(time: Time, dialect: Dialect) {
    this.#time = time;
    this.#dialect = dialect;
  }

  /** In seconds. */
  now(): number {
    const now = this.#time.now();
    return (this.#dialect.manners.wholeMilliseconds ? Math.floor(now) : now) / 1000;
  }

  /** The packet that answers a probe. */
  answer(probe: Uint8Array): Outcome<Uint8Array> {
    const serverClock = this.now();
    if (this.#dialect.manners.echoesProbes) return this.#echo(probe, serverClock);
    const asked = decodeClock(probe);
    return asked.ok ? encodeClock({ ...asked.value, serverClock }, this.#dialect) : asked;
  }

  #echo(probe: Uint8Array, serverClock: number): Outcome<Uint8Array> {
    const asked = decodeJson(probe, clockLimits);
    if (!asked.ok) return asked;
    if (!isObject(asked.value)) return reject('ALLO_E_WIRE_SHAPE', 'not a clock packet');
    const answer = { ...asked.value, [this.#dialect.clockFields.server]: serverClock };
    return encodeJson(answer, this.#dialect.packetEnd, clockLimits);
  }
}
