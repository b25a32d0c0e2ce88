import { Backoff } from '../backoff.ts';
import type { DriverTime, Fault } from '../thing.ts';
import type { CaptureBackend } from './capture-backend.ts';
import { type CaptureEnd, CaptureProcess } from './capture-process.ts';
import { diagnose, type Failure, unexplained } from './diagnosis.ts';
import { FrameQueue } from './frame-queue.ts';
import { Pacing } from './pacing.ts';
import { bytesPerSample, type PcmCounters, type PcmSource, type PcmSourceEvents } from './pcm.ts';
import { type SoundSystem, systemSound } from './proc-asound.ts';

/** Time for the first sound after opening: a sound server may take two seconds to wake its source. */
const openingMs = 5000;
/** Longest silence of the pipe, once sound has come. */
const stallMs = 1000;
/** What the daemon gets to read what waits for it, when it was itself late to see a stall. */
const graceMs = 250;
/** Sound held back after opening, until it is clear that a clock paces it. */
const provingMs = 100;
/** A PCM that is no microphone, or of another format, becomes one only when somebody configures it anew. */
const hopelessRetryMs = 30_000;
/** Capturing this long counts as working: the next failure is retried soon again. */
const steadyMs = 10_000;

export interface AlsaSourceOptions {
  readonly device: string;
  readonly frameMs: number;
  /** In order of preference; the first installed one serves. */
  readonly backends: readonly CaptureBackend[];
  readonly sound?: SoundSystem;
}

/** One opening of the PCM: a process, and what has come of it. */
interface Run {
  readonly backend: CaptureBackend;
  readonly process: CaptureProcess;
  readonly queue: FrameQueue;
  readonly pacing: Pacing;
  readonly since: number;
  /** Stops watching for a stall. */
  cancelWatch: () => void;
  firstPcm: number | undefined;
  lastPcm: number | undefined;
  deliveryPending: boolean;
  failure: Failure | undefined;
}

/**
 * Captures from an ALSA PCM in a process of its own, and keeps at it: whatever ends the sound is named and
 * told, and the PCM opened again, at first after 250 ms and then ever more slowly, up to 5 s.
 */
export class AlsaSource implements PcmSource {
  readonly simulated = false;
  readonly #options: AlsaSourceOptions;
  readonly #time: DriverTime;
  readonly #counters = { frames: 0, dropped: 0, overruns: 0, opened: 0 };
  #events: PcmSourceEvents | undefined;
  #run: Run | undefined;
  #fault: Fault | undefined;
  readonly #backoff = new Backoff({ firstMs: 250, longestMs: 5000 });
  #cancelRetry: () => void = () => undefined;
  /** Settles when the process last stopped is gone. */
  #released: Promise<void> = Promise.resolve();

  constructor(options: AlsaSourceOptions, time: DriverTime) {
    this.#options = options;
    this.#time = time;
  }

  get counters(): PcmCounters {
    return { ...this.#counters };
  }

  start(events: PcmSourceEvents): void {
    this.#events = events;
    this.#fault = undefined;
    this.#backoff.reset();
    void this.#open(events);
  }

  async stop(): Promise<void> {
    this.#events = undefined;
    this.#cancelRetry();
    const run = this.#run;
    if (run) {
      this.#run = undefined;
      run.cancelWatch();
      run.process.stop();
      this.#released = run.process.ended;
    }
    await this.#released;
  }

  /** True while `events` is who listens: nothing was stopped, or started anew, meanwhile. */
  #current(events: PcmSourceEvents): boolean {
    return this.#events === events;
  }

  async #open(events: PcmSourceEvents): Promise<void> {
    await this.#released;
    const backend = await firstInstalled(this.#options.backends);
    if (!this.#current(events)) return;
    this.#counters.opened++;
    if (!backend) {
      const names = this.#options.backends.map(({ name }) => name).join(' nor ');
      const reason = `neither ${names} is installed`.replace(/^neither (\S+) is/, '$1 is not');
      this.#fail(events, { code: 'ALLO_E_MICROPHONE_BACKEND', reason });
      return;
    }
    try {
      this.#spawn(events, backend);
    } catch (error) {
      const reason = `${backend.name} could not be started: ${error instanceof Error ? error.message : error}`;
      this.#fail(events, { code: 'ALLO_E_MICROPHONE_BACKEND', reason });
    }
  }

  #spawn(events: PcmSourceEvents, backend: CaptureBackend): void {
    const { device, frameMs } = this.#options;
    const now = this.#time.now();
    const run: Run = {
      backend,
      process: new CaptureProcess(backend.command(device, frameMs), {
        pcm: (bytes) => this.#hear(run, bytes),
        line: (text) => this.#note(run, text),
        ended: (end) => this.#ended(events, run, end),
      }),
      queue: new FrameQueue(frameMs),
      pacing: new Pacing(now),
      since: now,
      cancelWatch: () => undefined,
      firstPcm: undefined,
      lastPcm: undefined,
      deliveryPending: false,
      failure: undefined,
    };
    this.#run = run;
    this.#watch(run, stallMs);
  }

  #hear(run: Run, bytes: Uint8Array): void {
    if (run !== this.#run || run.failure) return;
    const now = this.#time.now();
    run.firstPcm ??= now;
    run.lastPcm = now;
    if (!run.pacing.admit(bytes.length / bytesPerSample, now)) {
      const text = 'gives samples faster than any clock, so no microphone is behind it';
      run.failure = { kind: 'failure', code: 'ALLO_E_MICROPHONE_FLOOD', text };
      run.process.kill();
      return;
    }
    this.#counters.dropped += run.queue.push(bytes);
    if (run.deliveryPending) return;
    run.deliveryPending = true;
    // Everything that waits in the pipe is read before immediates run, and so seen together.
    setImmediate(() => this.#deliver(run));
  }

  #deliver(run: Run): void {
    run.deliveryPending = false;
    const now = this.#time.now();
    const frames = run.queue.take(now);
    if (now - (run.firstPcm ?? now) < provingMs) return;
    for (const frame of frames) {
      if (run !== this.#run || run.failure) return;
      if (this.#fault) {
        this.#fault = undefined;
        this.#events?.recovered();
      }
      if (now - run.since > steadyMs) this.#backoff.reset();
      this.#counters.frames++;
      this.#events?.frame(frame);
    }
  }

  #note(run: Run, line: string): void {
    const note = run.backend.read(line);
    if (note?.kind === 'overrun') this.#counters.overruns++;
    if (note?.kind !== 'failure' || run.failure) return;
    run.failure = note;
    run.process.stop();
  }

  /** Looks every so often whether sound still comes. */
  #watch(run: Run, ms: number): void {
    const due = this.#time.now() + ms;
    run.cancelWatch = this.#time.after(ms, () => {
      const now = this.#time.now();
      const limit = run.lastPcm === undefined ? run.since + openingMs : run.lastPcm + stallMs;
      if (now < limit) this.#watch(run, Math.min(stallMs, limit - now));
      else if (now - due > graceMs) this.#watch(run, graceMs);
      else this.#stalled(run);
    });
  }

  #stalled(run: Run): void {
    if (run.failure) return;
    const text = run.lastPcm === undefined ? 'gave no sound since it was opened' : 'gives no sound any more';
    run.failure = { kind: 'failure', code: 'ALLO_E_MICROPHONE_STALLED', text };
    run.process.stop();
  }

  #ended(events: PcmSourceEvents, run: Run, end: CaptureEnd): void {
    run.cancelWatch();
    if (run !== this.#run) return;
    this.#run = undefined;
    const failure = run.failure ?? unexplained(run.backend.name, end);
    void diagnose(this.#options.device, failure, this.#options.sound ?? systemSound).then((fault) => {
      if (this.#current(events)) this.#fail(events, fault);
    });
  }

  #fail(events: PcmSourceEvents, fault: Fault): void {
    const hopeless =
      fault.code === 'ALLO_E_MICROPHONE_FLOOD' ||
      fault.code === 'ALLO_E_MICROPHONE_FORMAT' ||
      fault.code === 'ALLO_E_MICROPHONE_BACKEND';
    const wait = hopeless ? hopelessRetryMs : this.#backoff.next();
    this.#cancelRetry = this.#time.after(wait, () => void this.#open(events));
    if (fault.code === this.#fault?.code && fault.reason === this.#fault.reason) return;
    this.#fault = fault;
    events.fault(fault);
  }
}

async function firstInstalled(backends: readonly CaptureBackend[]): Promise<CaptureBackend | undefined> {
  for (const backend of backends) if (await backend.installed()) return backend;
  return undefined;
}
