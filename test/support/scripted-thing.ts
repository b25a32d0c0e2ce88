import { DeviceError } from '../../devices/errors.ts';
import type {
  ActionDescription,
  OutputPolicy,
  PropertyDescription,
  Reading,
  Thing,
  ThingEvents,
  Value,
} from '../../devices/thing.ts';

/** A thing a test plays: it says what the test makes it say, and remembers what it was told. */
export class ScriptedThing implements Thing {
  readonly id: string;
  readonly title: string;
  readonly driver: string = 'scripted';
  readonly simulated: boolean = true;
  readonly properties: readonly PropertyDescription[];
  readonly actions: readonly ActionDescription[] = [{ name: 'blink', title: 'Blink' }];
  /** Everything written, in order. */
  readonly written: Value[] = [];
  readonly invoked: string[] = [];
  /** While set, every write is refused with it. */
  refusal: string | undefined;
  events: ThingEvents | undefined;
  readonly #now: () => number;
  readonly #latest = new Map<string, Reading>();

  constructor(id: string, properties: readonly PropertyDescription[], now: () => number, title = id) {
    this.id = id;
    this.title = title;
    this.properties = properties;
    this.#now = now;
  }

  async start(events: ThingEvents): Promise<void> {
    this.events = events;
  }

  async stop(): Promise<void> {
    this.events = undefined;
  }

  say(property: string, value: Value, time = this.#now()): void {
    const reading: Reading = { value, time, quality: 'good' };
    this.#latest.set(property, reading);
    this.events?.reading(property, reading);
  }

  async read(property: string): Promise<Reading> {
    const reading = this.#latest.get(property);
    if (!reading) throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `${this.id} has not read ${property} yet`);
    return reading;
  }

  async write(property: string, value: Value): Promise<Reading> {
    if (this.refusal !== undefined) throw new DeviceError('ALLO_E_DEVICE_PROPERTY', this.refusal);
    this.written.push(value);
    this.say(property, value);
    return this.read(property);
  }

  async invoke(action: string): Promise<void> {
    this.invoked.push(action);
  }
}

/** A lamp: one writable boolean, `on`. */
export function lamp(id: string, now: () => number, output?: Partial<OutputPolicy>): ScriptedThing {
  const policy: OutputPolicy = { onStart: 'keep', onDisconnect: 'keep', onStop: 'keep', ...output };
  return new ScriptedThing(
    id,
    [{ name: 'on', title: 'On', type: 'boolean', writable: true, output: policy }],
    now,
  );
}

/** A thermometer: one number, `temperature`, that is only read. */
export function thermometer(id: string, now: () => number): ScriptedThing {
  return new ScriptedThing(
    id,
    [{ name: 'temperature', title: 'Temperature', type: 'number', unit: '°C', writable: false }],
    now,
  );
}
