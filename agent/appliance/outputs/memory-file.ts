import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { MemoryFault, OutputMemory, OutputRecord, OutputRecords, Remembered } from './memory.ts';

const moment = z.number();

const contents = z.strictObject({
  boot: z.string(),
  outputs: z.record(
    z.string(),
    z.strictObject({
      onSince: moment.exactOptional(),
      pulseFrom: moment.exactOptional(),
      offSince: moment.exactOptional(),
      lostSince: moment.exactOptional(),
      starting: z.boolean().exactOptional(),
    }),
  ),
});

export interface OutputMemoryFileOptions {
  /** Path of the file. What stands there is replaced whole. */
  readonly file: string;
  /** Names this boot of the machine: times of another mean nothing. */
  readonly bootId: string;
}

/**
 * Outputs in a small file. It is written where an output is switched, and not forced to the disk: a crash of the daemon
 * does not lose what the kernel has, and after a power cut it is of another boot anyhow.
 */
export class OutputMemoryFile implements OutputMemory {
  readonly #file: string;
  readonly #bootId: string;
  #fault: MemoryFault | undefined;

  constructor({ file, bootId }: OutputMemoryFileOptions) {
    this.#file = file;
    this.#bootId = bootId;
  }

  get fault(): MemoryFault | undefined {
    return this.#fault;
  }

  load(): Remembered {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { outputs: new Map(), asFound: false };
      this.#fail(`what was known of outputs cannot be read, so that they stay as they are: ${message}`);
      return { outputs: new Map(), asFound: true };
    }
    return { outputs: this.#understand(text), asFound: false };
  }

  save(outputs: OutputRecords): void {
    const next = `${this.#file}.next`;
    const text = JSON.stringify({ boot: this.#bootId, outputs: Object.fromEntries(outputs) });
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(next, `${text}\n`, { mode: 0o600 });
      renameSync(next, this.#file);
      this.#fault = undefined;
    } catch (error) {
      this.#forget();
      this.#fail(`outputs cannot be remembered: ${(error as Error).message}`);
    }
  }

  #understand(text: string): OutputRecords {
    let found: z.output<typeof contents>;
    try {
      found = contents.parse(JSON.parse(text));
    } catch {
      // Within a boot it is replaced whole: a power cut broke it, and everything starts anew.
      this.#fail(`what was known of outputs cannot be understood: ${this.#file}`);
      return new Map();
    }
    if (found.boot !== this.#bootId) return new Map();
    const records = new Map(Object.entries(found.outputs));
    this.save(records);
    // What cannot be replaced may be out of date: somewhat too short is safe for what may be on, not for what is to wait.
    return this.#fault ? new Map([...records].map(([key, record]) => [key, withoutWait(record)])) : records;
  }

  /** Nothing known is safer than what is out of date. */
  #forget(): void {
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // It is where it was, and so is the reason.
    }
  }

  #fail(reason: string): void {
    this.#fault = { code: 'ALLO_E_OUTPUT_MEMORY', reason };
  }
}

function withoutWait({ offSince: _, ...record }: OutputRecord): OutputRecord {
  return record;
}
