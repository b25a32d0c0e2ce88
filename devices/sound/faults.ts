import type { Fault, ThingEvents } from '../thing.ts';

/** What may be wrong with a sound device: with the device itself, which is told first, or with what is beyond it. */
export class Faults {
  #device: Fault | undefined;
  #beyond: Fault | undefined;
  #told: Fault | undefined;
  #events: ThingEvents | undefined;

  get device(): Fault | undefined {
    return this.#device;
  }

  /** From now on tells these what is wrong, and at once what is; undefined tells nobody. */
  tell(events: ThingEvents | undefined): void {
    this.#events = events;
    this.#told = undefined;
    this.#tell();
  }

  setDevice(fault: Fault | undefined): void {
    this.#device = fault;
    this.#tell();
  }

  setBeyond(fault: Fault | undefined): void {
    this.#beyond = fault;
    this.#tell();
  }

  /** Tells what is wrong where that changed. */
  #tell(): void {
    if (!this.#events) return;
    const fault = this.#device ?? this.#beyond;
    const told = this.#told;
    if (fault?.code === told?.code && fault?.reason === told?.reason) return;
    this.#told = fault;
    if (fault) this.#events.fault(fault);
    else this.#events.recovered();
  }
}
