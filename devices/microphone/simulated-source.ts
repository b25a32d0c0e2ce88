import { sampleRate, samplesPerMs } from '../sound/pcm.ts';
import type { DriverTime } from '../thing.ts';
import type { PcmCounters, PcmSource, PcmSourceEvents } from './pcm.ts';

/** Longest hold-up of the daemon that is made up for; what is older is left out, as a real device would. */
const longestLatenessMs = 200;

/** Generates a voice-like hum in real time, behind the interface of a capture device. */
export class SimulatedSource implements PcmSource {
  readonly simulated = true;
  readonly #frameMs: number;
  readonly #time: DriverTime;
  readonly #counters = { frames: 0, dropped: 0, overruns: 0, opened: 0 };
  #cancel: () => void = () => undefined;

  constructor(frameMs: number, time: DriverTime) {
    this.#frameMs = frameMs;
    this.#time = time;
  }

  get counters(): PcmCounters {
    return { ...this.#counters };
  }

  start(events: PcmSourceEvents): void {
    this.#counters.opened++;
    this.#schedule(events, this.#time.now(), 0);
  }

  async stop(): Promise<void> {
    this.#cancel();
  }

  /** Gives frame `index` when it is whole: times count from `begin`, so that lateness never adds up. */
  #schedule(events: PcmSourceEvents, begin: number, index: number): void {
    const time = begin + index * this.#frameMs;
    this.#cancel = this.#time.after(time + this.#frameMs - this.#time.now(), () => {
      const late = this.#time.now() - time - this.#frameMs;
      const skipped = late > longestLatenessMs ? Math.floor(late / this.#frameMs) : 0;
      this.#counters.dropped += skipped;
      const next = index + skipped;
      this.#schedule(events, begin, next + 1);
      this.#counters.frames++;
      const length = this.#frameMs * samplesPerMs;
      events.frame({ samples: voice(next * length, length), time: begin + next * this.#frameMs });
    });
  }
}

const pitch = 140;
/** Strengths of the pitch and its overtones: an open vowel, roughly. */
const overtones = [0.4, 0.7, 1, 0.8, 0.6, 0.35, 0.2, 0.1];
const syllablesPerSecond = 3;
/** Peak amplitude, about -9 dBFS. */
const loudness = 12_000 / overtones.reduce((sum, strength) => sum + strength);

/** `length` samples from `position` on: a steady vowel that swells with every syllable and never falls silent. */
function voice(position: number, length: number): Int16Array {
  return Int16Array.from({ length }, (_, index) => {
    const seconds = (position + index) / sampleRate;
    const phase = 2 * Math.PI * pitch * seconds;
    const vowel = overtones.reduce((sum, strength, n) => sum + strength * Math.sin((n + 1) * phase), 0);
    const syllable = 0.6 - 0.4 * Math.cos(2 * Math.PI * syllablesPerSecond * seconds);
    return loudness * syllable * vowel;
  });
}
