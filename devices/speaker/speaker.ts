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
import type { PcmSink, PcmSinkCounters } from './pcm-sink.ts';
import { applyVolume } from './volume.ts';

const levelIntervalMs = 1000;

/** Where the speaker has its sound from. None of these may throw. */
export interface SoundSource {
  /** The next period of sound (`periodSamples`), the receiver's own; undefined for silence. */
  next(): Int16Array | undefined;
  /** Whether anything given is played: the speaker runs and is not muted. Told at every change. */
  audible(on: boolean): void;
}

type Name = 'muted' | 'volume' | 'level' | 'playing';

/** The speaker: a thing with a switch, a volume and a level, that plays what its source gives. */
export class Speaker implements Thing {
  readonly id = 'speaker';
  readonly driver = 'speaker';
  readonly title: string;
  readonly properties: readonly PropertyDescription[] = [
    { name: 'muted', title: 'Muted', type: 'boolean', writable: true },
    {
      name: 'volume',
      title: 'Volume',
      type: 'integer',
      unit: '%',
      writable: true,
      minimum: 0,
      maximum: 100,
    },
    {
      name: 'level',
      title: 'Level',
      type: 'number',
      unit: 'dBFS',
      writable: false,
      minimum: silenceDbfs,
      maximum: 0,
    },
    { name: 'playing', title: 'Tracks played', type: 'integer', writable: false, minimum: 0 },
  ];
  readonly actions: readonly ActionDescription[] = [
    { name: 'mute', title: 'Mute' },
    { name: 'unmute', title: 'Unmute' },
  ];

  readonly #sink: PcmSink;
  readonly #time: DriverTime;
  readonly #meter = new LevelMeter();
  readonly #readings: Record<Name, Reading>;
  #source: SoundSource | undefined;
  /** Present from `start` to `stop`. */
  #events: ThingEvents | undefined;
  #greeted: ThingEvents | undefined;
  #levelDue = 0;
  readonly #faults = new Faults();
  /** Whether the sink was started; what is asked of it runs one after the other. */
  #audible = false;
  #switching: Promise<void> = Promise.resolve();

  constructor(
    { title, muted, volume }: { title: string; muted: boolean; volume: number },
    sink: PcmSink,
    time: DriverTime,
  ) {
    this.title = title;
    this.#sink = sink;
    this.#time = time;
    this.#readings = {
      muted: this.#good(muted),
      volume: this.#good(volume),
      level: this.#good(silenceDbfs),
      playing: this.#good(0),
    };
  }

  get simulated(): boolean {
    return this.#sink.simulated;
  }

  get counters(): PcmSinkCounters {
    return this.#sink.counters;
  }

  /** Plays what `source` gives, from when it next says `wake`. There is one source. */
  playFrom(source: SoundSource): void {
    this.#source = source;
    source.audible(this.#audible);
  }

  /** The source has sound. */
  wake(): void {
    if (this.#audible) this.#sink.wake();
  }

  /** Shows how many tracks are played. */
  setPlaying(count: number): void {
    if (count !== this.#readings.playing.value) this.#tell('playing', this.#good(count));
  }

  /** Shows that nothing can be heard because nothing can be decoded, `reason` saying why. */
  setSourceFault(reason: string): void {
    this.#faults.setBeyond({ code: 'ALLO_E_SPEAKER_OPUS', reason });
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
    return this.#readings[known(property)];
  }

  async write(property: string, value: Value): Promise<Reading> {
    this.#assertRunning();
    const name = known(property);
    if (name === 'muted') await this.#setMuted(value);
    else if (name === 'volume') this.#setVolume(value);
    else throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `speaker.${name} cannot be written`);
    return this.#readings[name];
  }

  async invoke(action: string): Promise<void> {
    if (action === 'mute') await this.write('muted', true);
    else if (action === 'unmute') await this.write('muted', false);
    else throw new DeviceError('ALLO_E_DEVICE_ACTION', `speaker has no action ${action}`);
  }

  async #setMuted(value: Value): Promise<void> {
    if (typeof value !== 'boolean')
      throw new DeviceError('ALLO_E_DEVICE_VALUE', `speaker.muted takes true or false, not ${typeof value}`);
    if (value !== this.#readings.muted.value) this.#tell('muted', this.#good(value));
    await this.#apply();
  }

  #setVolume(value: Value): void {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 100)
      throw new DeviceError('ALLO_E_DEVICE_VALUE', `speaker.volume takes a whole number from 0 to 100`);
    if (value !== this.#readings.volume.value) this.#tell('volume', this.#good(value));
  }

  /** Brings the sink to where the switch is, after whatever it is still busy with. */
  #apply(): Promise<void> {
    this.#switching = this.#switching.then(async () => {
      this.#greet();
      const wanted = this.#events !== undefined && this.#readings.muted.value === false;
      if (wanted === this.#audible) return;
      this.#audible = wanted;
      this.#source?.audible(wanted);
      if (wanted) this.#startSink();
      else await this.#stopSink();
    });
    return this.#switching;
  }

  /** Tells whoever listens anew what holds already. */
  #greet(): void {
    if (this.#events === this.#greeted) return;
    this.#greeted = this.#events;
    if (this.#events)
      for (const name of ['muted', 'volume', 'level', 'playing'] as const)
        this.#tell(name, this.#good(this.#readings[name].value));
    this.#faults.tell(this.#events);
  }

  #startSink(): void {
    this.#sink.start({
      next: () => this.#next(),
      fault: (fault) => this.#setSinkFault(fault),
      recovered: () => this.#setSinkFault(undefined),
    });
  }

  async #stopSink(): Promise<void> {
    await this.#sink.stop();
    this.#meter.reset();
    this.#levelDue = 0;
    this.#setSinkFault(undefined);
    if (this.#readings.level.value !== silenceDbfs) this.#tell('level', this.#good(silenceDbfs));
  }

  #next(): Int16Array | undefined {
    const sound = this.#source?.next();
    if (sound) {
      applyVolume(sound, Number(this.#readings.volume.value));
      this.#meter.add(sound);
    }
    const now = this.#time.now();
    if (now >= this.#levelDue) {
      this.#levelDue = now + levelIntervalMs;
      this.#tell('level', this.#good(this.#meter.take()));
    }
    return sound;
  }

  #setSinkFault(fault: Fault | undefined): void {
    const changes = fault ?? this.#faults.device;
    this.#meter.reset();
    const quality = fault ? 'fault' : 'good';
    if (changes) this.#tell('level', { value: silenceDbfs, time: this.#time.now(), quality });
    this.#faults.setDevice(fault);
  }

  #tell(name: Name, reading: Reading): void {
    this.#readings[name] = reading;
    this.#events?.reading(name, reading);
  }

  #good(value: Reading['value']): Reading {
    return { value, time: this.#time.now(), quality: 'good' };
  }

  #assertRunning(): void {
    if (!this.#events) throw new DeviceError('ALLO_E_DEVICE_STOPPED', 'speaker is not running');
  }
}

function known(property: string): Name {
  if (property === 'muted' || property === 'volume' || property === 'level' || property === 'playing')
    return property;
  throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `speaker has no property ${property}`);
}
