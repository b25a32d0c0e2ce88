import { DeviceError } from '../errors.ts';
import { Faults } from '../sound/faults.ts';
import { LevelMeter, silenceDbfs } from '../sound/level.ts';
import { MuteSwitch } from '../sound/mute-switch.ts';
import type { DriverTime, Fault, PropertyDescription, Reading, Thing, ThingEvents, Value } from '../thing.ts';
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
    MuteSwitch.property,
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
  readonly actions = MuteSwitch.actions;

  readonly #source: PcmSource;
  readonly #time: DriverTime;
  readonly #meter = new LevelMeter();
  readonly #listeners = new Set<(frame: PcmFrame) => void>();
  #level: Reading | undefined;
  #levelDue = 0;
  #levelWaiters: Waiter[] = [];
  readonly #faults = new Faults();
  readonly #switch: MuteSwitch;
  /** When it last gave a frame, was started, or got over a fault. */
  #lastSign = 0;

  constructor(options: { title: string; muted: boolean }, source: PcmSource, time: DriverTime) {
    this.title = options.title;
    this.#source = source;
    this.#time = time;
    this.#switch = new MuteSwitch({
      thing: this.id,
      muted: options.muted,
      time,
      faults: this.#faults,
      switched: { on: () => this.#startSource(), off: () => this.#stopSource() },
    });
  }

  get simulated(): boolean {
    return this.#source.simulated;
  }

  get muted(): boolean {
    return this.#switch.muted.value;
  }

  get counters(): PcmCounters {
    return this.#source.counters;
  }

  /** Since when sound has been due, local monotonic ms; undefined while muted, stopped, or known not to work. */
  get expectingSince(): number | undefined {
    return this.#switch.isOn && !this.#faults.device ? this.#lastSign : undefined;
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

  start(events: ThingEvents): Promise<void> {
    return this.#switch.start(events);
  }

  stop(): Promise<void> {
    return this.#switch.stop();
  }

  async read(property: string): Promise<Reading> {
    this.#switch.assertRunning();
    if (property === 'muted') return this.#switch.muted;
    if (property !== 'level') throw unknownProperty(property);
    if (this.muted) throw new DeviceError('ALLO_E_MICROPHONE_MUTED', 'microphone is muted');
    return this.#level ?? new Promise((resolve, reject) => this.#levelWaiters.push({ resolve, reject }));
  }

  async write(property: string, value: Value): Promise<Reading> {
    this.#switch.assertRunning();
    if (property === 'level')
      throw new DeviceError('ALLO_E_DEVICE_PROPERTY', 'microphone.level cannot be written');
    if (property !== 'muted') throw unknownProperty(property);
    return this.#switch.write(value);
  }

  invoke(action: string): Promise<void> {
    return this.#switch.invoke(action);
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
    this.#switch.events?.reading('level', reading);
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

  #rejectLevelWaiters(): void {
    const error = this.muted
      ? new DeviceError('ALLO_E_MICROPHONE_MUTED', 'microphone was muted')
      : new DeviceError('ALLO_E_DEVICE_STOPPED', 'microphone was stopped');
    for (const { reject } of this.#levelWaiters.splice(0)) reject(error);
  }
}

function unknownProperty(property: string): DeviceError {
  return new DeviceError('ALLO_E_DEVICE_PROPERTY', `microphone has no property ${property}`);
}
