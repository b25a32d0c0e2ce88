import { Backoff } from '../backoff.ts';
import { DeviceError } from '../errors.ts';
import { titleOf } from '../schema.ts';
import type {
  DriverTime,
  Fault,
  OutputPolicy,
  PropertyDescription,
  Reading,
  Thing,
  ThingEvents,
  Value,
} from '../thing.ts';
import type { GpioBackend, Line, LineRequest } from './backend.ts';
import { kernelFailure } from './kernel-errors.ts';
import type { GpioConfig } from './schema.ts';

/** One GPIO line as a thing with one boolean property, `on`. */
export class GpioThing implements Thing {
  readonly id: string;
  readonly title: string;
  readonly driver = 'gpio';
  readonly simulated: boolean;
  readonly properties: readonly PropertyDescription[];
  readonly actions = [];

  readonly #config: GpioConfig;
  readonly #chooseBackend: () => Promise<GpioBackend>;
  readonly #time: DriverTime;
  readonly #backoff = new Backoff();

  /** Present from `start` to `stop`, another one each time. */
  #run: { readonly events: ThingEvents } | undefined;
  #taking: Promise<void> = Promise.resolve();
  #cancelRetry = () => {};
  #line: Line | undefined;
  #fault: Fault | undefined;
  #value: boolean | null = null;
  /** When it became as it is, ms: the newest edge, write or fault. */
  #since = 0;
  /** True once `on_start` has been applied, or is not to be: it is applied once. */
  #asFound = false;
  #missedBefore = 0;

  constructor(config: GpioConfig, chooseBackend: () => Promise<GpioBackend>, time: DriverTime) {
    this.id = config.id;
    this.title = config.title ?? titleOf(config.id);
    this.simulated = config.backend === 'simulated';
    this.#config = config;
    this.#chooseBackend = chooseBackend;
    this.#time = time;
    const on = { name: 'on', title: 'On', type: 'boolean' } as const;
    this.properties = [
      config.direction === 'out'
        ? { ...on, writable: true, output: outputPolicy(config) }
        : { ...on, writable: false },
    ];
  }

  /** `missedEdges`: edges of an input that came faster than they could be told. */
  get counters() {
    return { missedEdges: this.#missedBefore + (this.#line?.missedEdges ?? 0) };
  }

  async start(events: ThingEvents, asFound?: ReadonlySet<string>): Promise<void> {
    if (this.#run) return;
    this.#run = { events };
    this.#asFound = asFound?.has('on') === true;
    this.#backoff.reset();
    this.#taking = this.#take();
    await this.#taking;
  }

  async stop(): Promise<void> {
    this.#run = undefined;
    this.#fault = undefined;
    this.#cancelRetry();
    this.#release();
    await this.#taking;
  }

  async read(property: string): Promise<Reading> {
    this.#check(property);
    if (!this.#run) throw this.#stopped();
    const timeMs = this.#time.now();
    if (this.#line) {
      try {
        return { value: this.#line.read(), time: timeMs, quality: 'good' };
      } catch (error) {
        this.#fail(error);
      }
    }
    return { value: this.#value, time: this.#since, quality: 'fault' };
  }

  async write(property: string, value: Value): Promise<Reading> {
    this.#check(property);
    if (this.#config.direction === 'in')
      throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `${this.id}.on is an input and cannot be written`);
    if (typeof value !== 'boolean')
      throw new DeviceError(
        'ALLO_E_DEVICE_VALUE',
        `${this.id}.on takes true or false, not ${JSON.stringify(value)}`,
      );
    if (!this.#run) throw this.#stopped();
    if (!this.#line) throw this.#unavailable();
    try {
      this.#line.write(value);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    return this.#tell(value, this.#time.now());
  }

  async invoke(action: string): Promise<void> {
    throw new DeviceError('ALLO_E_DEVICE_ACTION', `${this.id} has no action ${action}`);
  }

  async #take(): Promise<void> {
    const run = this.#run;
    try {
      const backend = await this.#chooseBackend();
      const line = await backend.request(
        this.#request(),
        {
          edge: (on, timeMs) => {
            // An edge older than the first level read is contained in it.
            if (this.#line === line && timeMs >= this.#since) this.#tell(on, timeMs);
          },
          lost: (error) => {
            if (this.#line === line) this.#fail(error);
          },
        },
        this.#time,
      );
      if (!run || this.#run !== run) {
        line.release();
        return;
      }
      this.#line = line;
      this.#asFound = true;
      const timeMs = this.#time.now();
      const on = line.read();
      this.#backoff.reset();
      if (this.#fault) {
        this.#fault = undefined;
        run.events.recovered();
      }
      this.#tell(on, timeMs);
    } catch (error) {
      if (run && this.#run === run) this.#fail(error);
    }
  }

  #request(): LineRequest {
    const { chip, line, active_low, direction, bias, debounce, on_start } = this.#config;
    const request = {
      address: { ...(chip === undefined ? {} : { chip }), line },
      consumer: `allo-agent ${this.id}`,
      activeLow: active_low,
    };
    if (direction === 'in') return { ...request, direction, bias, debounceMs: debounce };
    // A line that was lost and comes back is taken as it is found: nobody asked for it to be switched.
    return { ...request, direction, initial: this.#asFound ? 'keep' : on_start };
  }

  #tell(value: boolean, timeMs: number): Reading {
    this.#value = value;
    this.#since = timeMs;
    const reading: Reading = { value, time: timeMs, quality: 'good' };
    this.#run?.events.reading('on', reading);
    return reading;
  }

  #fail(error: unknown): void {
    this.#release();
    const failure = kernelFailure(`${this.id} failed`, error);
    const known = this.#fault;
    this.#fault = { code: failure.code, reason: failure.message };
    this.#cancelRetry = this.#time.after(this.#backoff.next(), () => {
      this.#taking = this.#take();
    });
    if (known?.reason === failure.message) return;
    if (!known) {
      this.#since = this.#time.now();
      this.#run?.events.reading('on', { value: this.#value, time: this.#since, quality: 'fault' });
    }
    this.#run?.events.fault(this.#fault);
  }

  #release(): void {
    this.#missedBefore = this.counters.missedEdges;
    this.#line?.release();
    this.#line = undefined;
  }

  #check(property: string): void {
    if (property === 'on') return;
    throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `${this.id} has no property ${property}, only on`);
  }

  #stopped(): DeviceError {
    return new DeviceError('ALLO_E_DEVICE_STOPPED', `${this.id} is not running`);
  }

  #unavailable(): DeviceError {
    return this.#fault ? new DeviceError(this.#fault.code, this.#fault.reason) : this.#stopped();
  }
}

function outputPolicy(config: GpioConfig): OutputPolicy {
  return {
    onStart: config.on_start,
    onDisconnect: config.on_disconnect,
    onStop: config.on_stop,
    ...(config.max_on !== undefined && { maxOn: config.max_on }),
    ...(config.pulse !== undefined && { pulse: config.pulse }),
    ...(config.interlock !== undefined && { interlock: config.interlock }),
    ...(config.interlock_wait !== undefined && { interlockWait: config.interlock_wait }),
    ...(config.min_interval !== undefined && { minInterval: config.min_interval }),
  };
}
