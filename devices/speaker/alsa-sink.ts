import { Pacing } from '../sound/pacing.ts';
import type { SoundSystem } from '../sound/proc-asound.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import type { StartSound } from '../sound/sound-process.ts';
import { watchForStall } from '../sound/stall-watch.ts';
import { type PcmRun, type PcmRunEvents, SteadyPcm } from '../sound/steady-pcm.ts';
import type { DriverTime } from '../thing.ts';
import {
  lingerMs,
  type PcmSink,
  type PcmSinkCounters,
  type PcmSinkEvents,
  periodMs,
  periodSamples,
} from './pcm-sink.ts';
import { RealTimeAllowance } from './real-time-allowance.ts';

/** Time a PCM must have taken sound at the pace of a clock to be believed, ms. */
const provingMs = 100;
const stallTexts = { never: 'took no sound since it was opened', noMore: 'takes no sound any more' };
const silence = new Uint8Array(new Int16Array(periodSamples).buffer);

export interface AlsaSinkOptions {
  readonly device: string;
  /** In order of preference; the first installed one serves. */
  readonly backends: readonly SoundBackend[];
  readonly sound?: SoundSystem;
  /** What captures or plays in place of a process, in tests. */
  readonly startSound?: StartSound;
}

/**
 * Plays to an ALSA PCM in a process of its own, and keeps at it. The device sets the pace: a period is written when
 * it took the one before, so no more than its own buffer and one period ever wait, whatever its clock. After a
 * few seconds of silence it is closed until there is sound again.
 */
export class AlsaSink implements PcmSink {
  readonly simulated = false;
  readonly #time: DriverTime;
  readonly #pcm: SteadyPcm;
  readonly #counters = { played: 0, silent: 0, underruns: 0 };
  /** Present from `start` to `stop`. */
  #events: PcmSinkEvents | undefined;
  #open = false;

  constructor(options: AlsaSinkOptions, time: DriverTime) {
    this.#time = time;
    this.#pcm = new SteadyPcm({ ...options, direction: 'playback', periodMs }, time);
  }

  get counters(): PcmSinkCounters {
    return { ...this.#counters, opened: this.#pcm.opened };
  }

  start(events: PcmSinkEvents): void {
    this.#events = events;
    this.wake();
  }

  wake(): void {
    const events = this.#events;
    if (!events || this.#open) return;
    this.#open = true;
    this.#pcm.start({
      opened: (run) => this.#play(run, events),
      fault: (fault) => events.fault(fault),
      recovered: () => events.recovered(),
    });
  }

  stop(): Promise<void> {
    this.#events = undefined;
    return this.#close();
  }

  #close(): Promise<void> {
    this.#open = false;
    return this.#pcm.stop();
  }

  #play(run: PcmRun, events: PcmSinkEvents): PcmRunEvents {
    const pacing = new Pacing(run.since);
    /** Present from when the device takes sound. */
    let allowance: RealTimeAllowance | undefined;
    /** Samples written that the device has not taken. */
    let waiting = 0;
    /** What the device takes in one piece, samples. */
    let piece: number | undefined;
    let firstTaken: number | undefined;
    let lastTaken: number | undefined;
    let lastSound = run.since;

    const write = (now: number) => {
      // A buffer that fills takes faster than sound comes into being: it is filled with silence.
      const sound = allowance?.take(periodMs, now) ? events.next() : undefined;
      if (sound) lastSound = now;
      this.#counters[sound ? 'played' : 'silent']++;
      run.write(sound ? new Uint8Array(sound.buffer, sound.byteOffset, sound.byteLength) : silence);
      waiting += periodSamples;
    };
    const fill = () => {
      for (const now = this.#time.now(); waiting < (piece ?? periodSamples) && run.live; ) write(now);
    };
    const stopWatching = watchForStall(run, this.#time, () => lastTaken, stallTexts);
    fill();

    return {
      pcm: () => undefined,
      note: (note) => {
        if (note.kind === 'xrun') this.#counters.underruns++;
        // Of several it is the first: that of the PCM itself, and not of what is behind it.
        if (note.kind === 'period') piece ??= note.samples;
        if (note.kind !== 'taken') return fill();
        const now = this.#time.now();
        firstTaken ??= now;
        allowance ??= new RealTimeAllowance(now);
        lastTaken = now;
        waiting -= note.samples;
        if (!pacing.admit(note.samples, now)) {
          const text = 'takes samples faster than any clock, so no speaker is behind it';
          return run.fail({ trouble: 'flood', text }, { atOnce: true });
        }
        if (now - firstTaken > provingMs) this.#pcm.works(run);
        if (now - lastSound > lingerMs) void this.#close();
        else fill();
      },
      ended: stopWatching,
    };
  }
}
