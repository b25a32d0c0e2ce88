import { DeviceError } from '../errors.ts';
import { Faults } from '../sound/faults.ts';
import { LevelMeter, silenceDbfs } from '../sound/level.ts';
import { MuteSwitch } from '../sound/mute-switch.ts';
import type { DriverTime, Fault, PropertyDescription, Reading, Thing, ThingEvents, Value } from '../thing.ts';
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

/** What is read besides `muted`, in the order in which it is told. */
const names = ['volume', 'level', 'playing'] as const;

type Name = (typeof names)[number];

/** The speaker: a thing with a switch, a volume and a level, that plays what its source gives. */
export class Speaker implements Thing {
  readonly id = 'speaker';
  readonly driver = 'speaker';
  readonly title: string;
  readonly properties: readonly PropertyDescription[] = [
    MuteSwitch.property,
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
  readonly actions = MuteSwitch.actions;

  readonly #sink: PcmSink;
  readonly #time: DriverTime;
  readonly #meter = new LevelMeter();
  readonly #readings: Record<Name, Reading>;
  #source: SoundSource | undefined;
  #levelDue = 0;
  readonly #faults = new Faults();
  readonly #switch: MuteSwitch;

  constructor(
    { title, muted, volume }: { title: string; muted: boolean; volume: number },
    sink: PcmSink,
    time: DriverTime,
  ) {
    this.title = title;
    this.#sink = sink;
    this.#time = time;
    this.#readings = {
      volume: this.#good(volume),
      level: this.#good(silenceDbfs),
      playing: this.#good(0),
    };
    this.#switch = new MuteSwitch({
      thing: this.id,
      muted,
      time,
      faults: this.#faults,
      switched: {
        on: () => this.#startSink(),
        off: () => this.#stopSink(),
        greet: () => this.#tellAll(),
      },
    });
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
    source.audible(this.#switch.isOn);
  }

  /** The source has sound. */
  wake(): void {
    if (this.#switch.isOn) this.#sink.wake();
  }

  /** Shows how many tracks are played. */
  setPlaying(count: number): void {
    if (count !== this.#readings.playing.value) this.#tell('playing', this.#good(count));
  }

  /** Shows that nothing can be heard because nothing can be decoded, `reason` saying why. */
  setSourceFault(reason: string): void {
    this.#faults.setBeyond({ code: 'ALLO_E_SPEAKER_OPUS', reason });
  }

  start(events: ThingEvents): Promise<void> {
    return this.#switch.start(events);
  }

  stop(): Promise<void> {
    return this.#switch.stop();
  }

  async read(property: string): Promise<Reading> {
    this.#switch.assertRunning();
    return property === 'muted' ? this.#switch.muted : this.#readings[known(property)];
  }

  async write(property: string, value: Value): Promise<Reading> {
    this.#switch.assertRunning();
    if (property === 'muted') return this.#switch.write(value);
    const name = known(property);
    if (name !== 'volume')
      throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `speaker.${name} cannot be written`);
    this.#setVolume(value);
    return this.#readings.volume;
  }

  invoke(action: string): Promise<void> {
    return this.#switch.invoke(action);
  }

  #setVolume(value: Value): void {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 100)
      throw new DeviceError('ALLO_E_DEVICE_VALUE', `speaker.volume takes a whole number from 0 to 100`);
    if (value !== this.#readings.volume.value) this.#tell('volume', this.#good(value));
  }

  #tellAll(): void {
    for (const name of names) this.#tell(name, this.#good(this.#readings[name].value));
  }

  #startSink(): void {
    this.#source?.audible(true);
    this.#sink.start({
      next: () => this.#next(),
      fault: (fault) => this.#setSinkFault(fault),
      recovered: () => this.#setSinkFault(undefined),
    });
  }

  async #stopSink(): Promise<void> {
    this.#source?.audible(false);
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
    this.#switch.events?.reading(name, reading);
  }

  #good(value: Reading['value']): Reading {
    return { value, time: this.#time.now(), quality: 'good' };
  }
}

function known(property: string): Name {
  const name = names.find((one) => one === property);
  if (name) return name;
  throw new DeviceError('ALLO_E_DEVICE_PROPERTY', `speaker has no property ${property}`);
}
