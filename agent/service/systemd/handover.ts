import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * From one daemon to the next across an upgrade: outputs are not to notice it. The package's installation makes the
 * directory `keep-outputs` in the runtime directory and restarts the service; the daemon that stops then sees
 * `pending` and leaves them as they are, which is how every start within a boot of the machine finds them.
 */
export class Handover {
  readonly #marker: string;

  /** `directory`: what systemd keeps over restarts, `RUNTIME_DIRECTORY`. */
  constructor(directory: string) {
    this.#marker = join(directory, 'keep-outputs');
  }

  /** Another daemon goes on with the outputs as soon as this one has stopped. */
  get pending(): boolean {
    return statSync(this.#marker, { throwIfNoEntry: false }) !== undefined;
  }

  /** This daemon goes on with the outputs of the one before it: the next stop is an ordinary one. */
  takeUp(): void {
    rmSync(this.#marker, { force: true, recursive: true });
  }
}
