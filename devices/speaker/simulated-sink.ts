import type { DriverTime } from '../thing.ts';
import { lingerMs, type PcmSink, type PcmSinkCounters, type PcmSinkEvents, periodMs } from './pcm-sink.ts';

/** Longest hold-up of the daemon that is made up for, as the buffer of a real device would. */
const longestLatenessMs = 100;

/** Takes sound in real time, behind the interface of a playback device, and plays it to nobody. */
export class SimulatedSink implements PcmSink {
  readonly simulated = true;
  readonly #time: DriverTime;
  readonly #counters = { played: 0, silent: 0, underruns: 0, opened: 0 };
  /** Present from `start` to `stop`. */
  #events: PcmSinkEvents | undefined;
  #open = false;
  #cancel: () => void = () => undefined;

  constructor(time: DriverTime) {
    this.#time = time;
  }

  get counters(): PcmSinkCounters {
    return { ...this.#counters };
  }

  start(events: PcmSinkEvents): void {
    this.#events = events;
    this.wake();
  }

  wake(): void {
    if (!this.#events || this.#open) return;
    this.#open = true;
    this.#counters.opened++;
    const now = this.#time.now();
    this.#schedule(this.#events, now + periodMs, now);
  }

  async stop(): Promise<void> {
    this.#events = undefined;
    this.#close();
  }

  #close(): void {
    this.#open = false;
    this.#cancel();
  }

  /** Asks for a period at `due`: times are counted, so that lateness never adds up. */
  #schedule(events: PcmSinkEvents, due: number, lastSound: number): void {
    this.#cancel = this.#time.after(due - this.#time.now(), () => {
      const now = this.#time.now();
      const sound = events.next();
      this.#counters[sound ? 'played' : 'silent']++;
      if (!this.#open) return;
      if (!sound && now - lastSound > lingerMs) return this.#close();
      const late = now - due > longestLatenessMs;
      if (late) this.#counters.underruns++;
      this.#schedule(events, (late ? now : due) + periodMs, sound ? now : lastSound);
    });
  }
}
