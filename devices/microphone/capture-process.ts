import { type ChildProcess, spawn } from 'node:child_process';
import type { CaptureCommand } from './capture-backend.ts';

/** How a capture process ended. */
export interface CaptureEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Where it could not even be started. */
  readonly spawnError?: Error;
  /** The last thing it said. */
  readonly lastLine?: string;
}

export interface CaptureProcessEvents {
  pcm(bytes: Uint8Array): void;
  /** One line of standard error, without its end. */
  line(text: string): void;
  /** The process is gone and everything it wrote was handed over. Called once. */
  ended(end: CaptureEnd): void;
}

const longestLine = 1000;
/** Time a process has to end by itself, ms. */
const patience = 500;

/** One run of a capture process. The constructor throws where not even an attempt to start it can be made. */
export class CaptureProcess {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #partialLine = '';
  #lastLine: string | undefined;
  #running = true;

  constructor(command: CaptureCommand, events: CaptureProcessEvents) {
    // The pipe to its standard input, never written, tells it when we are gone.
    this.#child = spawn(command.file, command.args, {
      stdio: 'pipe',
      env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.on('data', (bytes: Buffer) => events.pcm(bytes));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#hear(text, events));
    this.ended = new Promise((resolve) => {
      const finish = (end: CaptureEnd) => {
        if (!this.#running) return;
        this.#running = false;
        if (this.#partialLine) this.#hear('\n', events);
        events.ended({ ...end, ...(this.#lastLine && { lastLine: this.#lastLine }) });
        resolve();
      };
      this.#child.on('close', (exitCode, signal) => finish({ exitCode, signal }));
      this.#child.on('error', (error) => {
        if (this.#child.pid === undefined) finish({ exitCode: null, signal: null, spawnError: error });
      });
    });
  }

  /** Asks it to end, and makes it end if it does not; what it still writes is not heard. */
  stop(): void {
    if (!this.#running) return;
    this.#child.stdout?.destroy();
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.kill(), patience);
    void this.ended.then(() => clearTimeout(force));
  }

  /** Ends it at once. */
  kill(): void {
    if (!this.#running) return;
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.kill('SIGKILL');
  }

  #hear(text: string, events: CaptureProcessEvents): void {
    const lines = (this.#partialLine + text).split('\n');
    this.#partialLine = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) {
      const trimmed = line.trim().slice(0, longestLine);
      if (trimmed === '') continue;
      this.#lastLine = trimmed;
      events.line(trimmed);
    }
  }
}
