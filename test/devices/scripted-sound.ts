import type { Time } from '../../agent/time/time.ts';
import type { RunningSound, SoundProcessEvents, StartSound } from '../../devices/sound/sound-process.ts';

/** What a scripted process does from its start on. */
export type SoundScript = (sound: ScriptedSound) => void;

/**
 * Stands in for aplay and arecord where no virtual device can be made to do what a test wants, and keeps to virtual
 * time. Ends at once when it is told to.
 */
export class ScriptedSound implements RunningSound {
  readonly ended: Promise<void>;
  readonly time: Time;
  /** Samples written to it that it has not taken. */
  waiting = 0;
  /** The most that ever waited. */
  most = 0;
  readonly #events: SoundProcessEvents;
  #running = true;
  #resolveEnded: () => void = () => undefined;

  constructor(events: SoundProcessEvents, time: Time, script: SoundScript) {
    this.#events = events;
    this.time = time;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    queueMicrotask(() => script(this));
  }

  /** A line of standard error. */
  say(text: string): void {
    if (this.#running) this.#events.line(text);
  }

  /** Captured sound. */
  give(bytes: Uint8Array): void {
    if (this.#running) this.#events.pcm(bytes);
  }

  /** Takes samples, and says so, once they are there. */
  take(samples: number): void {
    if (!this.#running || this.waiting < samples) return;
    this.waiting -= samples;
    this.say(`Max peak (${samples} samples): 0x00000000 # 0%`);
  }

  /** Does something every so many ms, as long as it runs. */
  every(ms: number, act: () => void): void {
    if (!this.#running) return;
    act();
    this.time.after(ms, () => this.every(ms, act));
  }

  exit(exitCode: number | null, signal: NodeJS.Signals | null = null): void {
    if (!this.#running) return;
    this.#running = false;
    this.#events.ended({ exitCode, signal });
    this.#resolveEnded();
  }

  write(bytes: Uint8Array): void {
    this.waiting += bytes.length / 2;
    this.most = Math.max(this.most, this.waiting);
  }

  stop(): void {
    queueMicrotask(() => this.exit(null, 'SIGTERM'));
  }

  kill(): void {
    queueMicrotask(() => this.exit(null, 'SIGKILL'));
  }
}

/** One script for each time the PCM is opened, the last for all further. */
export function scripted(time: Time, ...scripts: [SoundScript, ...SoundScript[]]): StartSound {
  const left = [...scripts];
  return (_, events) => {
    const script = (left.length > 1 ? left.shift() : left[0]) as SoundScript;
    return new ScriptedSound(events, time, script);
  };
}
