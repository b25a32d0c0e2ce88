import { Pacing } from '../sound/pacing.ts';
import { bytesPerSample } from '../sound/pcm.ts';
import type { SoundSystem } from '../sound/proc-asound.ts';
import type { SoundBackend } from '../sound/sound-backend.ts';
import type { StartSound } from '../sound/sound-process.ts';
import { watchForStall } from '../sound/stall-watch.ts';
import { type PcmRun, type PcmRunEvents, SteadyPcm } from '../sound/steady-pcm.ts';
import type { DriverTime } from '../thing.ts';
import { FrameQueue } from './frame-queue.ts';
import type { PcmCounters, PcmSource, PcmSourceEvents } from './pcm.ts';

/** Sound held back after opening, until it is clear that a clock paces it. */
const provingMs = 100;
const stallTexts = { never: 'gave no sound since it was opened', noMore: 'gives no sound any more' };

export interface AlsaSourceOptions {
  readonly device: string;
  readonly frameMs: number;
  /** In order of preference; the first installed one serves. */
  readonly backends: readonly SoundBackend[];
  readonly sound?: SoundSystem;
  /** What captures or plays in place of a process, in tests. */
  readonly startSound?: StartSound;
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
    const stopWatching = watchForStall(run, this.#time, () => lastPcm, stallTexts);

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
