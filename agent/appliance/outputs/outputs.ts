import type { DeviceError } from '../../../devices/errors.ts';
import type { Reading, Value } from '../../../devices/thing.ts';
import type { Time } from '../../time/time.ts';
import type { Log } from '../log.ts';
import type { CountedReading, Property } from '../property.ts';
import { type GuardReason, OutputGuard } from './output-guard.ts';

/** What an output is about to do, or may not. */
export interface OutputState {
  /** When it goes off by itself, ms of the local monotonic clock. */
  readonly offAt?: number;
  /** Why it cannot be turned on now, for people, and until when (local monotonic ms; absent: until another goes off). */
  readonly locked?: { readonly reason: string; readonly until?: number };
}

/** The guards of all outputs, by property key. One that fails holds up none of the others. */
export class Outputs {
  readonly #guards = new Map<string, OutputGuard>();
  readonly #log: Log;

  constructor(properties: Iterable<Property>, time: Time, log: Log) {
    this.#log = log;
    for (const property of properties) {
      const policy = property.description.output;
      if (!policy) continue;
      const write = (on: boolean, why: GuardReason) => this.#switch(property, on, why);
      this.#guards.set(property.key, new OutputGuard({ policy, time, write }));
    }
  }

  /**
   * The one way by which a write or a poke reaches a property. Resolves once the hardware has taken it; rejects with
   * an error whose message says why not.
   */
  command({ thing, description }: Property, value: Value): Promise<Reading> {
    return thing.write(description.name, value);
  }

  /** Of the property with this key; undefined where it is no output, or there is nothing to tell. */
  stateOf(_key: string): OutputState | undefined {
    return undefined;
  }

  seen(property: Property, reading: CountedReading): void {
    if (reading.quality !== 'fault') this.#guards.get(property.key)?.seen(reading.value);
  }

  placeLost(): void {
    for (const guard of this.#guards.values()) void guard.placeLost();
  }

  placeJoined(): void {
    for (const guard of this.#guards.values()) guard.placeJoined();
  }

  async stopping(keep: boolean): Promise<void> {
    await Promise.allSettled([...this.#guards.values()].map((guard) => guard.stopping(keep)));
  }

  async #switch({ key, thing, description }: Property, on: boolean, why: GuardReason): Promise<void> {
    try {
      await thing.write(description.name, on);
      this.#log.info({ property: key, on, why }, 'output switched by its own policy');
    } catch (error) {
      const { code, message: reason } = error as DeviceError;
      this.#log.warn(
        { code, thing: thing.id, property: key, on, why, reason },
        'output could not be switched',
      );
      throw error;
    }
  }
}
