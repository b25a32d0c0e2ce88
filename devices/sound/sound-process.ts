import { type ChildProcess, spawn } from 'node:child_process';
import type { Command } from '../tied-command.ts';

/** How a process that captures or plays ended. */
export interface SoundEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Where it could not even be started. */
  readonly spawnError?: Error;
  /** The last thing it said. */
  readonly lastLine?: string;
}

export interface SoundProcessEvents {
  /** What it captured. */
  pcm(bytes: Uint8Array): void;
  /** One line of standard error, without its end. */
  line(text: string): void;
  /** The process is gone and everything it wrote was handed over. Called once. */
  ended(end: SoundEnd): void;
}

/** A process that captures or plays, as those see it who hear its events. */
export interface RunningSound {
  /** Settles when it is gone. */
  readonly ended: Promise<void>;
  /** Gives it sound to play. */
  write(bytes: Uint8Array): void;
  /** Asks it to end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** Throws where not even an attempt to start it can be made; otherwise tells nothing before it returned. */
export type StartSound = (command: Command, events: SoundProcessEvents) => RunningSound;

const longestLine = 1000;
/** Time a process has to do as it is told, ms. */
const patienceMs = 500;

/** One run of a process that captures or plays. The constructor throws where not even an attempt to start it can be made. */
export class SoundProcess implements RunningSound {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #events: SoundProcessEvents;
  #partialLine = '';
  #lastLine: string | undefined;
  #running = true;
  #resolveEnded: () => void = () => undefined;

  constructor(command: Command, events: SoundProcessEvents) {
    this.#events = events;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    // Even where nothing is played, the pipe to its standard input tells it when we are gone.
    this.#child = spawn(command.file, command.args, {
      stdio: 'pipe',
      env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.on('data', (bytes: Buffer) => events.pcm(bytes));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#child.on('close', (exitCode, signal) => this.#end({ exitCode, signal }));
    this.#child.on('error', (spawnError) => {
      if (this.#child.pid === undefined) this.#end({ exitCode: null, signal: null, spawnError });
    });
  }

  /** Gives it sound to play. What it does not take at once waits, without bound. */
  write(bytes: Uint8Array): void {
    if (this.#running) this.#child.stdin?.write(bytes);
  }

  /** Asks it to end, and makes it end if it does not; what it still writes is not heard. */
  stop(): void {
    if (!this.#running) return;
    this.#child.stdout?.destroy();
    this.#child.kill('SIGTERM');
    this.#after(patienceMs, () => this.kill());
  }

  /** Ends it at once. */
  kill(): void {
    if (!this.#running) return;
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.kill('SIGKILL');
    // A process that its driver holds in the kernel does not even die of this; it is waited for no longer.
    this.#after(patienceMs, () => this.#end({ exitCode: null, signal: 'SIGKILL' }));
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(act, ms);
    void this.ended.then(() => clearTimeout(timer));
  }

  #end(end: SoundEnd): void {
    if (!this.#running) return;
    this.#running = false;
    if (this.#partialLine) this.#hear('\n');
    this.#events.ended({ ...end, ...(this.#lastLine && { lastLine: this.#lastLine }) });
    this.#resolveEnded();
  }

  #hear(text: string): void {
    const lines = (this.#partialLine + text).split('\n');
    this.#partialLine = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) {
      const trimmed = line.trim().slice(0, longestLine);
      if (trimmed === '') continue;
      this.#lastLine = trimmed;
      this.#events.line(trimmed);
    }
  }
}
