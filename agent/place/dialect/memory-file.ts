import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Dialect } from '../../wire/dialect.ts';
import { decodeJson, isObject } from '../../wire/json.ts';
import { knownDialects } from './evidence.ts';
import type { DialectMemory } from './memory.ts';

/** Places remembered; who was found first is forgotten first. */
export const MOST_PLACES = 100;

const limits = { bytes: 64 << 10, depth: 2, stringLength: 400, items: 1_000 };

/**
 * Remembers in a small file, `{"alloplace://garden": "v3", ...}`, which several processes may share: it is replaced
 * as a whole, and only when something new was found. A file that is missing or broken remembers nothing; what is
 * found is then kept as long as the process runs. `failed` is told why it could not be written.
 */
export class DialectMemoryFile implements DialectMemory {
  readonly #path: string;
  readonly #failed: (error: unknown) => void;
  /** What could not be written. */
  readonly #unwritten = new Map<string, Dialect>();

  constructor(path: string, failed: (error: unknown) => void = () => {}) {
    this.#path = path;
    this.#failed = failed;
  }

  recall(place: string): Dialect | undefined {
    return this.#unwritten.get(place) ?? this.#read().get(place);
  }

  remember(place: string, dialect: Dialect): void {
    if (this.recall(place) === dialect) return;
    const known = this.#read();
    known.delete(place);
    known.set(place, dialect);
    for (const [oldest] of known) {
      if (known.size <= MOST_PLACES) break;
      known.delete(oldest);
    }
    try {
      this.#write(known);
      this.#unwritten.delete(place);
    } catch (error) {
      this.#unwritten.set(place, dialect);
      this.#failed(error);
    }
  }

  #read(): Map<string, Dialect> {
    const known = new Map<string, Dialect>();
    try {
      const stat = statSync(this.#path);
      if (!stat.isFile() || stat.size > limits.bytes) return known;
      const decoded = decodeJson(readFileSync(this.#path), limits);
      if (!decoded.ok || !isObject(decoded.value)) return known;
      for (const [place, name] of Object.entries(decoded.value)) {
        const dialect = knownDialects.find((one) => one.name === name);
        if (dialect) known.set(place, dialect);
      }
    } catch {
      // Not there, or not to be read: nothing is remembered.
    }
    return known;
  }

  #write(known: ReadonlyMap<string, Dialect>): void {
    const names = Object.fromEntries([...known].map(([place, { name }]) => [place, name]));
    const draft = `${this.#path}.${process.pid}`;
    mkdirSync(dirname(this.#path), { recursive: true });
    try {
      writeFileSync(draft, `${JSON.stringify(names, null, 2)}\n`);
      renameSync(draft, this.#path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}
