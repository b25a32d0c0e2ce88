import { Backoff } from '../backoff.ts';
import type { DriverTime, Fault } from '../thing.ts';
import { diagnose, unexplained } from './diagnosis.ts';
import { type SoundSystem, systemSound } from './proc-asound.ts';
import type { Direction, Failure, SoundBackend, SoundNote } from './sound-backend.ts';
import { type RunningSound, type SoundEnd, SoundProcess, type StartSound } from './sound-process.ts';

/** A PCM of another kind or format becomes a right one only when somebody configures it anew. */
const hopelessRetryMs = 30_000;
const hopeless = /_(BACKEND|FLOOD|FORMAT)$/;
/** Working this long counts as success: the next failure is retried soon again. */
const steadyMs = 10_000;

export interface SteadyPcmOptions {
  readonly direction: Direction;
  readonly device: string;
  readonly periodMs: number;
  /** In order of preference; the first installed one serves. */
  readonly backends: readonly SoundBackend[];
  readonly sound?: SoundSystem;
  readonly startSound?: StartSound;
}

const startProcess: StartSound = (command, events) => new SoundProcess(command, events);

/** What one opening of the PCM comes to; nothing is told of it after it failed or was stopped. */
export interface PcmRunEvents {
  /** What was captured. */
  pcm(bytes: Uint8Array): void;
  /** What the process said of the sound. */
  note(note: Exclude<SoundNote, { kind: 'failure' }>): void;
  /** It is over, whatever the reason. Called once. */
  ended(): void;
}

/** What a steady PCM tells. None of these may throw. */
export interface SteadyPcmEvents {
  /** The process that opens the PCM was started; nothing has come of it yet. */
  opened(run: PcmRun): PcmRunEvents;
  /** It does not work, for this reason, and is tried again by itself. Told once per reason. */
  fault(fault: Fault): void;
  /** The fault is over. */
  recovered(): void;
}

/** One opening of the PCM. */
export class PcmRun {
  /** When it was opened, ms. */
  readonly since: number;
  readonly #events: PcmRunEvents;
  readonly #backend: SoundBackend;
  readonly #process: RunningSound;
  #failure: Failure | undefined;
  #stopped = false;

  /** Throws where not even an attempt to start the process can be made. */
  constructor(
    { device, periodMs, startSound = startProcess }: SteadyPcmOptions,
    backend: SoundBackend,
    since: number,
    opened: (run: PcmRun) => PcmRunEvents,
    ended: (failure: Failure) => void,
  ) {
    this.since = since;
    this.#backend = backend;
    this.#process = startSound(backend.command(device, periodMs), {
      pcm: (bytes) => {
        if (this.live) this.#events.pcm(bytes);
      },
      line: (text) => this.#hear(text),
      ended: (end) => this.#end(end, ended),
    });
    this.#events = opened(this);
  }

  /** False once it failed or was stopped. */
  get live(): boolean {
    return !this.#failure && !this.#stopped;
  }

  /** Settles when the process is gone. */
  get gone(): Promise<void> {
    return this.#process.ended;
  }

  /** Gives it sound to play. */
  write(bytes: Uint8Array): void {
    this.#process.write(bytes);
  }

  /** Ends it for this reason. `atOnce`: without asking the process. */
  fail(failure: Failure, { atOnce = false } = {}): void {
    if (!this.live) return;
    this.#failure = failure;
    if (atOnce) this.#process.kill();
    else this.#process.stop();
  }

  /** Ends it without a reason to tell. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#events.ended();
    this.#process.stop();
  }

  #hear(line: string): void {
    const note = this.#backend.read(line);
    if (note === undefined || !this.live) return;
    if (note.kind === 'failure') this.fail(note);
    else this.#events.note(note);
  }

  #end(end: SoundEnd, ended: (failure: Failure) => void): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#events.ended();
    ended(this.#failure ?? unexplained(this.#backend.name, end));
  }
}

/**
 * An ALSA PCM opened in a process of its own, again and again: whatever ends it is named and told, and the PCM
 * opened anew, at first after 250 ms and then ever more slowly, up to 5 s.
 */
export class SteadyPcm {
  readonly #options: SteadyPcmOptions;
  readonly #time: DriverTime;
  readonly #backoff = new Backoff({ firstMs: 250, longestMs: 5000 });
  #events: SteadyPcmEvents | undefined;
  #run: PcmRun | undefined;
  #fault: Fault | undefined;
  #opened = 0;
  #cancelRetry: () => void = () => undefined;
  /** Settles when the process last stopped is gone. */
  #released: Promise<void> = Promise.resolve();

  constructor(options: SteadyPcmOptions, time: DriverTime) {
    this.#options = options;
    this.#time = time;
  }

  /** How often it was opened, or tried. */
  get opened(): number {
    return this.#opened;
  }

  /** Opens it and keeps it open. Called again only after `stop`. */
  start(events: SteadyPcmEvents): void {
    this.#events = events;
    this.#backoff.reset();
    void this.#open(events);
  }

  /** Closes it; resolves when the device is truly released. No event follows. Safe to call twice. */
  async stop(): Promise<void> {
    this.#events = undefined;
    this.#fault = undefined;
    this.#cancelRetry();
    const run = this.#run;
    if (run) {
      this.#run = undefined;
      run.stop();
      this.#released = run.gone;
    }
    await this.#released;
  }

  /** Sound went through `run`: a fault is over. */
  works(run: PcmRun): void {
    if (run !== this.#run || !run.live) return;
    if (this.#time.now() - run.since > steadyMs) this.#backoff.reset();
    if (!this.#fault) return;
    this.#fault = undefined;
    this.#events?.recovered();
  }

  /** True while `events` is who listens: nothing was stopped, or started anew, meanwhile. */
  #current(events: SteadyPcmEvents): boolean {
    return this.#events === events;
  }

  async #open(events: SteadyPcmEvents): Promise<void> {
    await this.#released;
    const backend = await firstInstalled(this.#options.backends);
    if (!this.#current(events)) return;
    this.#opened++;
    try {
      if (!backend) return await this.#fail(events, { trouble: 'backend', text: this.#noneInstalled() });
      const run = new PcmRun(
        this.#options,
        backend,
        this.#time.now(),
        (opened) => events.opened(opened),
        (failure) => {
          if (run !== this.#run) return;
          this.#run = undefined;
          void this.#fail(events, failure);
        },
      );
      this.#run = run;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const text = `${backend?.name} could not be started: ${reason}`;
      await this.#fail(events, { trouble: 'backend', text });
    }
  }

  #noneInstalled(): string {
    const names = this.#options.backends.map(({ name }) => name);
    return names.length === 1
      ? `${names[0]} is not installed`
      : `neither ${names.join(' nor ')} is installed`;
  }

  async #fail(events: SteadyPcmEvents, failure: Failure): Promise<void> {
    const { direction, device, sound = systemSound } = this.#options;
    const fault = await diagnose(direction, device, failure, sound);
    if (!this.#current(events)) return;
    const wait = hopeless.test(fault.code) ? hopelessRetryMs : this.#backoff.next();
    this.#cancelRetry = this.#time.after(wait, () => void this.#open(events));
    if (fault.code === this.#fault?.code && fault.reason === this.#fault.reason) return;
    this.#fault = fault;
    events.fault(fault);
  }
}

async function firstInstalled(backends: readonly SoundBackend[]): Promise<SoundBackend | undefined> {
  for (const backend of backends) if (await backend.installed()) return backend;
  return undefined;
}
