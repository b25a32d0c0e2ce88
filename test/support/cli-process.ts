import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mainScript } from './program.ts';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `allo-agent`, as installed. */
export class CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#changed();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#changed();
    });
    this.ended = once(child, 'close').then(([status]) => {
      this.#changed();
      return { status: status as number | null, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Waits until the output so far fits; rejects where the process ends before. */
  async until(pattern: RegExp): Promise<void> {
    await this.untilOutput((output) => pattern.test(output) || undefined, String(pattern));
  }

  /** Waits until `look` finds something in the output so far; rejects where the process ends before. */
  async untilOutput<T>(look: (stdout: string) => T | undefined, what: string): Promise<T> {
    for (;;) {
      const found = look(this.#stdout);
      if (found !== undefined) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`ended before ${what}:\n${`${this.#stdout}${this.#stderr}`.slice(-2_000)}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Where a program of these tests keeps its state unless it is told: no other is there. */
const ownState = () => join(process.env.XDG_STATE_HOME ?? tmpdir(), randomUUID());

/** Starts the built program with `args`. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): CliProcess {
  const child = spawn(process.execPath, [mainScript, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', XDG_STATE_HOME: ownState(), ...env },
  });
  return new CliProcess(child);
}

/** Runs the built program to its end. */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startCli(args, env).ended;
}
