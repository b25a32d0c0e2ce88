import { Pacing } from '../sound/pacing.ts';
import { bytesPerSample } from '../sound/pcm.ts';
import type { SoundSystem } from '../sound/proc-asound.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import { type PcmRun, type PcmRunEvents, SteadyPcm } from '../sound/steady-pcm.ts';
import type { DriverTime } from '../thing.ts';
import { FrameQueue } from './frame-queue.ts';
import type { PcmCounters, PcmSource, PcmSourceEvents } from './pcm.ts';

/** Time for the first sound after opening: a sound server may take two seconds to wake its source. */
const openingMs = 5000;
/** Longest silence of the pipe, once sound has come. */
const stallMs = 1000;
/** What the daemon gets to read what waits for it, when it was itself late to see a stall. */
const graceMs = 250;
/** Sound held back after opening, until it is clear that a clock paces it. */
const provingMs = 100;
export interface AlsaSourceOptions {
  readonly device: string;
  readonly frameMs: number;
  /** In order of preference; the first installed one serves. */
  readonly backends: readonly SoundBackend[];
  readonly sound?: SoundSystem;
}

/** Captures from an ALSA PCM in a process of its own, and keeps at it. */
export class AlsaSource implements PcmSource {
  readonly simulated = false;
  readonly #frameMs: number;
  readonly #time: DriverTime;
  readonly #pcm: SteadyPcm;
  readonly #counters = { frames: 0, dropped: 0, overruns: 0 };

  constructor({ frameMs, ...options }: AlsaSourceOptions, time: DriverTime) {
    this.#frameMs = frameMs;
    this.#time = time;
    this.#pcm = new SteadyPcm({ ...options, direction: 'capture', periodMs: frameMs }, time);
  }

  get counters(): PcmCounters {
    return { ...this.#counters, opened: this.#pcm.opened };
  }

  start(events: PcmSourceEvents): void {
    this.#pcm.start({
      opened: (run) => this.#capture(run, events),
      fault: (fault) => events.fault(fault),
      recovered: () => events.recovered(),
    });
  }

  stop(): Promise<void> {
    return this.#pcm.stop();
  }

  #capture(run: PcmRun, events: PcmSourceEvents): PcmRunEvents {
    const queue = new FrameQueue(this.#frameMs);
    const pacing = new Pacing(run.since);
    let firstPcm: number | undefined;
    let lastPcm: number | undefined;
    let deliveryPending = false;

    const deliver = () => {
      deliveryPending = false;
      const now = this.#time.now();
      const frames = queue.take(now);
      if (now - (firstPcm ?? now) < provingMs) return;
      for (const frame of frames) {
        if (!run.live) return;
        this.#pcm.works(run);
        this.#counters.frames++;
        events.frame(frame);
      }
    };
    const stopWatching = watch(run, this.#time, () => lastPcm);

    return {
      pcm: (bytes) => {
        const now = this.#time.now();
        firstPcm ??= now;
        lastPcm = now;
        if (!pacing.admit(bytes.length / bytesPerSample, now)) {
          const text = 'gives samples faster than any clock, so no microphone is behind it';
          run.fail({ trouble: 'flood', text }, { atOnce: true });
          return;
        }
        this.#counters.dropped += queue.push(bytes);
        if (deliveryPending) return;
        deliveryPending = true;
        // Everything that waits in the pipe is read before immediates run, and so seen together.
        setImmediate(deliver);
      },
      note: ({ kind }) => {
        if (kind === 'xrun') this.#counters.overruns++;
      },
      ended: stopWatching,
    };
  }
}

/** Looks every so often whether sound still comes, and ends the run where it does not. Returns the way to stop. */
function watch(run: PcmRun, time: DriverTime, lastPcm: () => number | undefined): () => void {
  let cancel: () => void = () => undefined;
  const look = (ms: number) => {
    const due = time.now() + ms;
    cancel = time.after(ms, () => {
      const now = time.now();
      const last = lastPcm();
      const limit = last === undefined ? run.since + openingMs : last + stallMs;
      if (now < limit) look(Math.min(stallMs, limit - now));
      else if (now - due > graceMs) look(graceMs);
      else {
        const text = last === undefined ? 'gave no sound since it was opened' : 'gives no sound any more';
        run.fail({ trouble: 'stalled', text });
      }
    });
  };
  look(stallMs);
  return () => cancel();
}
