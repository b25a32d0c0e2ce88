import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { AlloError } from '../../errors.ts';
import { digestIn } from '../../wire/asset.ts';
import { Shelf } from './shelf.ts';
import { type AssetSource, fileSource, keptFileSource } from './source.ts';
import type { AssetDraft, AssetStore } from './store.ts';

/** Bytes a cache on disk may take by default. */
export const DEFAULT_CACHE_SIZE = 256 * 1024 * 1024;

/** A draft nobody has written to for so long was left behind by a process that is no more, ms. */
const ABANDONED = 24 * 3600 * 1000;

const complete = /^[0-9a-f]{64}$/;
const unfinished = /^[0-9a-f]{64}\.[0-9a-f]{16}\.part$/;

/** A file that is being written; `end` closes it and gives its room back. */
interface Draft {
  readonly file: FileHandle;
  end(): Promise<void>;
}

/**
 * Keeps assets in a folder, a file each, named by their hash; what was not used for the longest time goes first.
 * Other files in the folder are left alone. Several processes may share it: each looks only at what it knows of,
 * and a file that is gone is fetched again.
 */
export class DiskAssetStore implements AssetStore {
  readonly #directory: string;
  readonly #shelf: Shelf;
  #opening: Promise<void> | undefined;

  constructor(directory: string, capacity: number = DEFAULT_CACHE_SIZE) {
    this.#directory = directory;
    this.#shelf = new Shelf(capacity);
  }

  async get(id: string): Promise<AssetSource | undefined> {
    const name = nameOf(id);
    await this.#open();
    const source = await this.#read(id);
    if (source) this.#shelf.put(name, source.size);
    else this.#shelf.remove(name);
    return source;
  }

  async draft(id: string, size: number): Promise<AssetDraft> {
    await this.#open();
    if (!this.#shelf.reserve(size)) {
      const capacity = this.#shelf.capacity;
      const why = `${size} bytes have no room in a cache of ${capacity}, beside what else is on its way`;
      throw new AlloError('ALLO_E_ASSET_STORE', why);
    }
    await this.#evict();
    const path = join(this.#directory, `${nameOf(id)}.${randomBytes(8).toString('hex')}.part`);
    const draft = await this.#begin(path, size);
    return {
      write: (bytes) => kept(() => draft.file.writeFile(bytes)),
      commit: () => kept(() => this.#commit(id, path, draft)),
      discard: async () => {
        await draft.end();
        await unlink(path).catch(() => {});
      },
    };
  }

  async #begin(path: string, size: number): Promise<Draft> {
    let held = true;
    const release = () => {
      if (held) this.#shelf.release(size);
      held = false;
    };
    try {
      await mkdir(this.#directory, { recursive: true });
      const file = await open(path, 'wx');
      const end = async () => {
        release();
        await file.close().catch(() => {});
      };
      return { file, end };
    } catch (error) {
      release();
      throw failure(error);
    }
  }

  async #commit(id: string, path: string, draft: Draft): Promise<AssetSource> {
    const name = nameOf(id);
    const final = join(this.#directory, name);
    // Else a power failure may leave the name without the content.
    await draft.file.datasync();
    await draft.end();
    await rename(path, final);
    const source = await keptFileSource(final, id);
    this.#shelf.put(name, source.size);
    await this.#evict();
    return source;
  }

  /** What is kept under the name of an asset, if it is that. */
  async #read(id: string): Promise<AssetSource | undefined> {
    const path = join(this.#directory, nameOf(id));
    const found = await fileSource(path).catch(() => undefined);
    if (!found) return undefined;
    if (found.id !== id) {
      await unlink(path).catch(() => {});
      return undefined;
    }
    const now = new Date();
    await utimes(path, now, now).catch(() => {});
    return keptFileSource(path, id).catch(() => undefined);
  }

  async #evict(): Promise<void> {
    for (const name of this.#shelf.overflow()) await unlink(join(this.#directory, name)).catch(() => {});
  }

  /** Looks once what is there; anew where that failed. */
  #open(): Promise<void> {
    this.#opening ??= this.#survey().catch((error: unknown) => {
      this.#opening = undefined;
      throw failure(error);
    });
    return this.#opening;
  }

  async #survey(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const found: { name: string; size: number; used: number }[] = [];
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const isComplete = complete.test(name);
      if (!isComplete && !unfinished.test(name)) continue;
      const seen = await stat(path).catch(() => undefined);
      if (!seen?.isFile()) continue;
      if (isComplete) found.push({ name, size: seen.size, used: seen.mtimeMs });
      else if (Date.now() - seen.mtimeMs > ABANDONED) await unlink(path).catch(() => {});
    }
    found.sort((a, b) => a.used - b.used);
    for (const { name, size } of found) this.#shelf.put(name, size);
    await this.#evict();
  }
}

function nameOf(id: string): string {
  const digest = digestIn(id);
  if (digest === undefined)
    throw new AlloError('ALLO_E_ASSET_ID', `${id.slice(0, 100)} is not the id of an asset`);
  return digest;
}

async function kept<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(error);
  }
}

function failure(error: unknown): AlloError {
  return new AlloError('ALLO_E_ASSET_STORE', (error as Error).message, { cause: error });
}
