import { DeviceError } from '../errors.ts';
import { Faults } from '../sound/faults.ts';
import { LevelMeter, silenceDbfs } from '../sound/level.ts';
import type {
  ActionDescription,
  DriverTime,
  Fault,
  PropertyDescription,
  Reading,
  Thing,
  ThingEvents,
  Value,
} from '../thing.ts';
import type { PcmCounters, PcmFrame, PcmSource } from './pcm.ts';

const levelIntervalMs = 1000;

/** What becomes of a request for the level that came before there was one. */
interface Waiter {
  resolve(reading: Reading): void;
  reject(error: DeviceError): void;
}

/**
 * The microphone: a thing with a level and a switch, and a source of PCM frames. Muted, nothing is captured at
 * all: the device is closed.
 */
export class Microphone implements Thing {
  readonly id = 'microphone';
  readonly driver = 'microphone';
  readonly title: string;
  readonly properties: readonly PropertyDescription[] = [
    { name: 'muted', title: 'Muted', type: 'boolean', writable: true },
    {
      name: 'level',
      title: 'Level',
      type: 'number',
      unit: 'dBFS',
      writable: false,
      minimum: silenceDbfs,
      maximum: 0,
    },
  ];
  readonly actions: readonly ActionDescription[] = [
    { name: 'mute', title: 'Mute' },
    { name: 'unmute', title: 'Unmute' },
  ];

  readonly #source: PcmSource;
  readonly #time: DriverTime;
  readonly #meter = new LevelMeter();
  readonly #listeners = new Set<(frame: PcmFrame) => void>();
  /** Present from `start` to `stop`. */
  #events: ThingEvents | undefined;
  #greeted: ThingEvents | undefined;
  #muted: Reading & { readonly value: boolean };
  #level: Reading | undefined;
  #levelDue = 0;
  #levelWaiters: Waiter[] = [];
  readonly #faults = new Faults();
  /** Whether the source was started; what is asked of it runs one after the other. */
  #capturing = false;
  /** When it last gave a frame, was started, or got over a fault. */
  #lastSign = 0;
  #switching: Promise<void> = Promise.resolve();

  constructor(options: { title: string; muted: boolean }, source: PcmSource, time: DriverTime) {
    this.title = options.title;
    this.#source = source;
    this.#time = time;
    this.#muted = { value: options.muted, time: time.now(), quality: 'good' };
  }

  get simulated(): boolean {
    return this.#source.simulated;
  }

  get muted(): boolean {
    return this.#muted.value;
  }

  get counters(): PcmCounters {
    return this.#source.counters;
  }

  /** Since when sound has been due, local monotonic ms; undefined while muted, stopped, or known not to work. */
  get expectingSince(): number | undefined {
    return this.#capturing && !this.#faults.device ? this.#lastSign : undefined;
  }

  /** Calls `listener`, which may not throw, with every frame captured, until the returned function is called. */
  frames(listener: (frame: PcmFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Shows that nobody can hear the microphone because the place gave it no track, `reason` saying why; or,
   * with undefined, that this is over. Capturing and its level go on.
   */
  setTrackFault(reason: string | undefined): void {
    this.#faults.setBeyond(reason === undefined ? undefined : { code: 'ALLO_E_MICROPHONE_TRACK', reason });
  }

  async start(events: ThingEvents): Promise<void> {
    this.#events = events;
    await this.#apply();
  }

  async stop(): Promise<void> {
    this.#events = undefined;
    this.#faults.tell(undefined);
    await this.#apply();
  }

  async read(property: string): Promise<Reading> {
    this.#assertRunning();
    if (property === 'muted') return this.#muted;
    if (property !== 'level') throw unknownProperty(property);
    if (this.#muted.value) throw new DeviceError('ALLO_E_MICROPHONE_MUTED', 'microphone is muted');
    return this.#level ?? new Promise((resolve, reject) => this.#levelWaiters.push({ resolve, reject }));
  }

  async write(property: string, value: Value): Promise<Reading> {
    this.#assertRunning();
    if (property === 'level')
      throw new DeviceError('ALLO_E_DEVICE_PROPERTY', 'microphone.level cannot be written');
    if (property !== 'muted') throw unknownProperty(property);
    if (typeof value !== 'boolean') {
      throw new DeviceError(
        'ALLO_E_DEVICE_VALUE',
        `microphone.muted takes true or false, not ${typeof value}`,
      );
    }
    if (value !== this.#muted.value) this.#setMuted(value);
    await this.#apply();
    return this.#muted;
  }

  async invoke(action: string): Promise<void> {
    if (action === 'mute') await this.write('muted', true);
    else if (action === 'unmute') await this.write('muted', false);
    else throw new DeviceError('ALLO_E_DEVICE_ACTION', `microphone has no action ${action}`);
  }

  #setMuted(value: boolean): void {
    this.#muted = { value, time: this.#time.now(), quality: 'good' };
    this.#events?.reading('muted', this.#muted);
  }

  /** Brings the source to where the switch is, after whatever it is still busy with. */
  #apply(): Promise<void> {
    this.#switching = this.#switching.then(async () => {
      this.#greet();
      const wanted = this.#events !== undefined && !this.#muted.value;
      if (wanted === this.#capturing) return;
      this.#capturing = wanted;
      if (wanted) this.#startSource();
      else await this.#stopSource();
    });
    return this.#switching;
  }

  /** Tells whoever listens anew what holds already. */
  #greet(): void {
    if (this.#events === this.#greeted) return;
    this.#greeted = this.#events;
    if (this.#events) this.#setMuted(this.#muted.value);
    this.#faults.tell(this.#events);
  }

  #startSource(): void {
    this.#lastSign = this.#time.now();
    this.#source.start({
      frame: (frame) => this.#hear(frame),
      fault: (fault) => this.#setSourceFault(fault),
      recovered: () => this.#setSourceFault(undefined),
    });
  }

  async #stopSource(): Promise<void> {
    await this.#source.stop();
    this.#level = undefined;
    this.#meter.reset();
    this.#setSourceFault(undefined);
    this.#rejectLevelWaiters();
  }

  #hear(frame: PcmFrame): void {
    this.#lastSign = frame.time;
    this.#meter.add(frame.samples);
    if (frame.time >= this.#levelDue) {
      this.#levelDue = frame.time + levelIntervalMs;
      this.#tellLevel({ value: this.#meter.take(), time: frame.time, quality: 'good' });
    }
    for (const listener of this.#listeners) listener(frame);
  }

  #tellLevel(reading: Reading): void {
    this.#level = reading;
    this.#events?.reading('level', reading);
    for (const { resolve } of this.#levelWaiters.splice(0)) resolve(reading);
  }

  #setSourceFault(fault: Fault | undefined): void {
    this.#lastSign = this.#time.now();
    if (fault) {
      this.#meter.reset();
      this.#levelDue = 0;
      this.#tellLevel({ value: this.#level?.value ?? null, time: this.#time.now(), quality: 'fault' });
    }
    this.#faults.setDevice(fault);
  }

  #assertRunning(): void {
    if (!this.#events) throw new DeviceError('ALLO_E_DEVICE_STOPPED', 'microphone is not running');
  }

  #rejectLevelWaiters(): void {
    const error = this.#muted.value
      ? new DeviceError('ALLO_E_MICROPHONE_MUTED', 'microphone was muted')
      : new DeviceError('ALLO_E_DEVICE_STOPPED', 'microphone was stopped');
    for (const { reject } of this.#levelWaiters.splice(0)) reject(error);
  }
}

function unknownProperty(property: string): DeviceError {
  return new DeviceError('ALLO_E_DEVICE_PROPERTY', `microphone has no property ${property}`);
}
