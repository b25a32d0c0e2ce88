import { DeviceError } from '../errors.ts';
import type {
  ActionDescription,
  DriverTime,
  PropertyDescription,
  Reading,
  ThingEvents,
  Value,
} from '../thing.ts';
import type { Faults } from './faults.ts';

/** What is switched: the source of a microphone, the sink of a speaker. */
export interface Switched {
  on(): void;
  /** Resolves once it is off. */
  off(): Promise<void>;
  /** Somebody listens anew: tells what holds, but for `muted` and faults. */
  greet?(): void;
}

export interface MuteSwitchOptions {
  readonly thing: string;
  readonly muted: boolean;
  readonly time: DriverTime;
  /** Told to whoever listens to the thing. */
  readonly faults: Faults;
  readonly switched: Switched;
}

type Muted = Reading & { readonly value: boolean };

/** The switch of a thing for sound: its device is on while the thing runs and is not muted. */
export class MuteSwitch {
  static readonly property: PropertyDescription = {
    name: 'muted',
    title: 'Muted',
    type: 'boolean',
    writable: true,
  };
  static readonly actions: readonly ActionDescription[] = [
    { name: 'mute', title: 'Mute' },
    { name: 'unmute', title: 'Unmute' },
  ];

  readonly #thing: string;
  readonly #time: DriverTime;
  readonly #faults: Faults;
  readonly #switched: Switched;
  #events: ThingEvents | undefined;
  #greeted: ThingEvents | undefined;
  #muted: Muted;
  #isOn = false;
  /** What is asked of the device runs one after the other. */
  #switching: Promise<void> = Promise.resolve();

  constructor({ thing, muted, time, faults, switched }: MuteSwitchOptions) {
    this.#thing = thing;
    this.#time = time;
    this.#faults = faults;
    this.#switched = switched;
    this.#muted = { value: muted, time: time.now(), quality: 'good' };
  }

  /** Present from `start` to `stop`. */
  get events(): ThingEvents | undefined {
    return this.#events;
  }

  get muted(): Muted {
    return this.#muted;
  }

  /** Whether the device was switched on. */
  get isOn(): boolean {
    return this.#isOn;
  }

  start(events: ThingEvents): Promise<void> {
    this.#events = events;
    return this.#apply();
  }

  stop(): Promise<void> {
    this.#events = undefined;
    this.#faults.tell(undefined);
    return this.#apply();
  }

  /** Writes `muted`. Resolves once the device is as it says; rejects with ALLO_E_DEVICE_VALUE. */
  async write(value: Value): Promise<Reading> {
    if (typeof value !== 'boolean') {
      const what = `${this.#thing}.muted takes true or false, not ${typeof value}`;
      throw new DeviceError('ALLO_E_DEVICE_VALUE', what);
    }
    if (value !== this.#muted.value) this.#tell(value);
    await this.#apply();
    return this.#muted;
  }

  /** Rejects with ALLO_E_DEVICE_ACTION, ALLO_E_DEVICE_STOPPED. */
  async invoke(action: string): Promise<void> {
    if (!MuteSwitch.actions.some(({ name }) => name === action))
      throw new DeviceError('ALLO_E_DEVICE_ACTION', `${this.#thing} has no action ${action}`);
    this.assertRunning();
    await this.write(action === 'mute');
  }

  /** Throws ALLO_E_DEVICE_STOPPED. */
  assertRunning(): void {
    if (!this.#events) throw new DeviceError('ALLO_E_DEVICE_STOPPED', `${this.#thing} is not running`);
  }

  /** Brings the device to where the switch is, after whatever it is still busy with. */
  #apply(): Promise<void> {
    this.#switching = this.#switching.then(async () => {
      this.#greet();
      const wanted = this.#events !== undefined && !this.#muted.value;
      if (wanted === this.#isOn) return;
      this.#isOn = wanted;
      if (wanted) this.#switched.on();
      else await this.#switched.off();
    });
    return this.#switching;
  }

  /** Tells whoever listens anew what holds already. */
  #greet(): void {
    if (this.#events === this.#greeted) return;
    this.#greeted = this.#events;
    if (this.#events) {
      this.#tell(this.#muted.value);
      this.#switched.greet?.();
    }
    this.#faults.tell(this.#events);
  }

  #tell(value: boolean): void {
    this.#muted = { value, time: this.#time.now(), quality: 'good' };
    this.#events?.reading('muted', this.#muted);
  }
}
