import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * From one daemon to the next across an upgrade: outputs are not to notice it. The package's installation leaves the
 * file `keep-outputs` in the runtime directory and restarts the service; the daemon that stops then sees `pending`,
 * and the one that starts takes it up.
 */
export class Handover {
  readonly #file: string;

  /** `directory`: what systemd keeps over restarts, `RUNTIME_DIRECTORY`. */
  constructor(directory: string) {
    this.#file = join(directory, 'keep-outputs');
  }

  /** Another daemon goes on with the outputs as soon as this one has stopped. */
  get pending(): boolean {
    return existsSync(this.#file);
  }

  /** Whether this daemon goes on with the outputs of one before it. Told once: the next stop is an ordinary one. */
  takeUp(): boolean {
    const pending = existsSync(this.#file);
    rmSync(this.#file, { force: true });
    return pending;
  }
}
