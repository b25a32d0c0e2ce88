import type { DeviceError } from '../../devices/errors.ts';
import type { Time } from '../time/time.ts';
import type { Log } from './log.ts';
import { type GuardReason, OutputGuard } from './output-guard.ts';
import type { CountedReading, Property } from './property.ts';

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
