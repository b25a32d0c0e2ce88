import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isInstalled } from '../../../devices/installed.ts';
import { tiedCommand } from '../../../devices/tied-command.ts';

/** How long socat may take to make the pair, ms. */
const patience = 2_000;

/** A real serial line without a cable: a pair of pseudo-terminals that socat joins. */
export class SerialLine {
  /** The end a serial driver opens. */
  readonly path: string;
  readonly #socat: ChildProcess;
  readonly #farEnd: WriteStream;

  private constructor(path: string, farEnd: string, socat: ChildProcess) {
    this.path = path;
    this.#socat = socat;
    this.#farEnd = createWriteStream(farEnd, { flags: 'r+' });
    this.#farEnd.on('error', () => {});
  }

  /** Resolves with undefined where socat is not installed. */
  static async open(directory: string): Promise<SerialLine | undefined> {
    if (!isInstalled('socat')) return undefined;
    const [near, far] = [join(directory, 'serial'), join(directory, 'serial-device')];
    const end = (link: string) => `pty,raw,echo=0,link=${link}`;
    const { file, args } = tiedCommand({ file: 'socat', args: [end(near), end(far)] });
    const socat = spawn(file, args, { stdio: 'ignore' });
    for (let waited = 0; waited < patience && socat.exitCode === null; waited += 20) {
      if (existsSync(near) && existsSync(far)) return new SerialLine(near, far, socat);
      await delay(20);
    }
    socat.kill();
    return undefined;
  }

  /** Sends a line, as the device at the far end would. */
  write(line: string): void {
    this.#farEnd.write(`${line}\n`);
  }

  close(): void {
    this.#farEnd.destroy();
    this.#socat.kill();
  }
}
