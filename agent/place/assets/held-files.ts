import type { FileHandle } from 'node:fs/promises';
import { type AssetSource, readExactly } from './source.ts';

/** Files kept open: as many as are fetched at one time. */
const MOST_HELD = 4;

/**
 * Files that go on being read where they are evicted meanwhile, by us or by another process: the last few that were
 * given out, each until it was read to its end. What they take stays taken so long.
 */
export class HeldFiles {
  /** Oldest first. */
  readonly #held = new Set<FileHandle>();

  /** The same asset, read from `file`, which is this one's from now on, for as long as that is held. */
  hold(source: AssetSource, file: FileHandle): AssetSource {
    this.#held.add(file);
    const [oldest] = this.#held;
    if (this.#held.size > MOST_HELD) void this.#drop(oldest!);
    const { id, size } = source;
    const read = async (start: number, length: number) => {
      if (!this.#held.has(file)) return source.read(start, length);
      // It may be let go while it is read.
      const bytes = await readExactly(file, start, length).catch(() => source.read(start, length));
      if (start + length >= size) await this.#drop(file);
      return bytes;
    };
    return { id, size, read };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held].map((file) => this.#drop(file)));
  }

  async #drop(file: FileHandle): Promise<void> {
    if (this.#held.delete(file)) await file.close().catch(() => {});
  }
}
