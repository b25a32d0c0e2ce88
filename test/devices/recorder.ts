import type { Fault, Reading, ThingEvents } from '../../devices/thing.ts';

/** Writes down what a thing reports, in order, for tests. */
export class Recorder implements ThingEvents {
  readonly readings: { property: string; reading: Reading }[] = [];
  readonly faults: Fault[] = [];
  recoveries = 0;
  /** Every event as one line: `on = true good`, `fault ALLO_E_GPIO_BUSY`, `recovered`. */
  readonly log: string[] = [];

  reading(property: string, reading: Reading): void {
    this.readings.push({ property, reading });
    this.log.push(`${property} = ${reading.value} ${reading.quality}`);
  }

  fault(fault: Fault): void {
    this.faults.push(fault);
    this.log.push(`fault ${fault.code}`);
  }

  recovered(): void {
    this.recoveries++;
    this.log.push('recovered');
  }

  /** The log since it was last taken. */
  take(): string[] {
    return this.log.splice(0);
  }
}
