import { DeviceError } from './errors.ts';
import { titleOf } from './schema.ts';
import type { DriverTime, Fault, PropertyDescription, Reading, Thing, ThingEvents, Value } from './thing.ts';

/** Readings are told as stale when no newer came for this many intervals. */
const staleIntervals = 3;

/** One time between `start` and `stop`. */
interface Run {
  readonly events: ThingEvents;
  readonly startedAt: number;
  /** Which multiple of the interval the last reading was due at. */
  slot: number;
  /** Lets `start` resolve. */
  readonly started: () => void;
}

export interface PolledThingOptions {
  readonly id: string;
  readonly title: string | undefined;
  readonly driver: string;
  readonly simulated: boolean;
  /** All read only. */
  readonly properties: readonly PropertyDescription[];
  readonly intervalMs: number;
  /** One value for each property. A `DeviceError` it rejects with becomes the thing's fault. */
  sample(): Promise<Readonly<Record<string, Value>>>;
}

/**
 * A thing whose properties are read at a fixed interval. The times of reading are multiples of the interval
 * from the start: they do not drift, and those missed while a reading takes long are left out, so that
 * readings never pile up.
 */
export class PolledThing implements Thing {
  readonly id: string;
  readonly title: string;
  readonly driver: string;
  readonly simulated: boolean;
  readonly properties: readonly PropertyDescription[];
  readonly actions = [];

  readonly #intervalMs: number;
  readonly #sample: PolledThingOptions['sample'];
  readonly #time: DriverTime;
  readonly #last = new Map<string, Reading>();

  /** Present from `start` to `stop`. */
  #run: Run | undefined;
  #cancelPoll = () => {};
  #cancelStale = () => {};
  #fault: Fault | undefined;

  constructor(options: PolledThingOptions, time: DriverTime) {
    this.id = options.id;
    this.title = options.title ?? titleOf(options.id);
    this.driver = options.driver;
    this.simulated = options.simulated;
    this.properties = options.properties;
    this.#intervalMs = options.intervalMs;
    this.#sample = () => options.sample();
    this.#time = time;
  }

  /** Resolves after the first reading, or when that is overdue. */
  async start(events: ThingEvents): Promise<void> {
    if (this.#run) return;
    const startedAt = this.#time.now();
    for (const { name } of this.properties)
      this.#last.set(name, { value: null, time: startedAt, quality: 'fault' });
    await new Promise<void>((started) => {
      this.#run = { events, startedAt, slot: 0, started };
      this.#expectReadings(this.#run);
      void this.#poll(this.#run);
    });
  }

  async stop(): Promise<void> {
    this.#cancelPoll();
    this.#cancelStale();
    this.#fault = undefined;
    this.#run?.started();
    this.#run = undefined;
  }

  async read(property: string): Promise<Reading> {
    this.#check(property);
    const reading = this.#last.get(property);
    if (!this.#run || !reading) throw new DeviceError('ALLO_E_DEVICE_STOPPED', `${this.id} is not running`);
    return reading;
  }

  async write(property: string, _value: Value): Promise<Reading> {
    this.#check(property);
    throw new DeviceError(
      'ALLO_E_DEVICE_PROPERTY',
      `${this.id}.${property} is measured and cannot be written`,
    );
  }

  async invoke(action: string): Promise<void> {
    throw new DeviceError('ALLO_E_DEVICE_ACTION', `${this.id} has no action ${action}`);
  }

  async #poll(run: Run): Promise<void> {
    let values: Readonly<Record<string, Value>> | undefined;
    let failure: unknown;
    try {
      values = await this.#sample();
    } catch (error) {
      failure = error;
    }
    if (this.#run !== run) return;
    if (values) this.#take(run, values);
    else this.#fail(run, failure);
    if (this.#run !== run) return;
    this.#schedule(run);
    run.started();
  }

  #schedule(run: Run): void {
    const now = this.#time.now();
    // Timers may fire a little early: the slot that was just read is never due again.
    run.slot = Math.max(run.slot, Math.floor((now - run.startedAt) / this.#intervalMs)) + 1;
    const due = run.startedAt + run.slot * this.#intervalMs;
    this.#cancelPoll = this.#time.after(due - now, () => void this.#poll(run));
  }

  #take(run: Run, values: Readonly<Record<string, Value>>): void {
    if (this.#fault) {
      this.#fault = undefined;
      run.events.recovered();
    }
    const time = this.#time.now();
    for (const { name } of this.properties) {
      const value = values[name];
      if (value !== undefined) this.#tell(run, name, { value, time, quality: 'good' });
    }
    if (this.#run === run) this.#expectReadings(run);
  }

  #fail(run: Run, error: unknown): void {
    this.#cancelStale();
    const known = this.#fault;
    this.#fault =
      error instanceof DeviceError
        ? { code: error.code, reason: error.message }
        : { code: 'ALLO_E_SENSOR_READ', reason: `${this.id} cannot be read: ${reasonOf(error)}` };
    if (known?.reason === this.#fault.reason) return;
    const time = this.#time.now();
    if (!known)
      for (const [name, { value }] of this.#last) this.#tell(run, name, { value, time, quality: 'fault' });
    if (this.#run === run) run.events.fault(this.#fault);
  }

  /** From now on there are `staleIntervals` for newer readings to come. */
  #expectReadings(run: Run): void {
    this.#cancelStale();
    this.#cancelStale = this.#time.after(staleIntervals * this.#intervalMs, () => {
      run.started();
      // What is stale was true at its time, which stays.
      for (const [name, reading] of this.#last)
        if (reading.value !== null) this.#tell(run, name, { ...reading, quality: 'stale' });
    });
  }

  #tell(run: Run, property: string, reading: Reading): void {
    // What it told before may have made somebody stop the thing.
    if (this.#run !== run) return;
    this.#last.set(property, reading);
    run.events.reading(property, reading);
  }

  #check(property: string): void {
    if (this.properties.some(({ name }) => name === property)) return;
    const names = this.properties.map(({ name }) => name).join(', ');
    throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `${this.id} has no property ${property}, only ${names}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
