import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A serial port with a device behind it: a pseudo-terminal that socat holds. Killing socat is what pulling the plug
 * is on a USB port: the terminal hangs up and its device leaves /dev.
 */
export class PseudoPort {
  readonly #directory = mkdtempSync(join(tmpdir(), 'pseudo-port-'));
  readonly path = join(this.#directory, 'port');
  #socat: ChildProcess | undefined;

  /** Resolves once the port can be opened. */
  async plug(): Promise<void> {
    const socat = spawn('socat', [`PTY,raw,echo=0,link=${this.path}`, 'STDIO'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    await once(socat, 'spawn');
    socat.stdin.on('error', () => {});
    this.#socat = socat;
    while (!existsSync(this.path)) await wait(5);
  }

  /** The device sends this. */
  says(text: string): void {
    this.#socat?.stdin?.write(text);
  }

  async unplug(): Promise<void> {
    const socat = this.#socat;
    if (!socat) return;
    this.#socat = undefined;
    const exited = once(socat, 'exit');
    socat.kill('SIGKILL');
    await exited;
    // What udev does with its links.
    if (lstatSync(this.path, { throwIfNoEntry: false })) rmSync(this.path);
  }

  async remove(): Promise<void> {
    await this.unplug();
    rmSync(this.#directory, { recursive: true });
  }
}
