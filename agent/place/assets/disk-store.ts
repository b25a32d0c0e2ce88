import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { AlloError } from '../../errors.ts';
import { digestIn } from '../../wire/asset.ts';
import { HeldFiles } from './held-files.ts';
import { type Reservation, Shelf } from './shelf.ts';
import { type AssetSource, fileSource, keptFileSource } from './source.ts';
import type { AssetDraft, AssetStore } from './store.ts';

/** Bytes a cache on disk may take by default. */
export const DEFAULT_CACHE_SIZE = 256 * 1024 * 1024;

/** A draft nobody has written to for so long was left behind, though a process has the number of its writer, ms. */
const ABANDONED = 24 * 3600 * 1000;

const complete = /^[0-9a-f]{64}$/;
/** Named by what it is to be, who writes it, and at random. */
const unfinished = /^[0-9a-f]{64}\.([0-9a-f]{8})[0-9a-f]{8}\.part$/;

/** A file that is being written. */
interface Draft {
  readonly id: string;
  readonly path: string;
  readonly file: FileHandle;
  readonly room: Reservation;
}

/**
 * Keeps assets in a folder, a file each, named by their hash; what was not used for the longest time goes first.
 * Other files in the folder are left alone. Several processes may share it: each looks only at what it knows of,
 * and a file that is gone is fetched again.
 */
export class DiskAssetStore implements AssetStore {
  readonly #directory: string;
  readonly #shelf: Shelf;
  readonly #held = new HeldFiles();
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
    const room = this.#shelf.reserve(size);
    if (!room) {
      const capacity = this.#shelf.capacity;
      const why = `${size} bytes have no room in a cache of ${capacity}, beside what else is on its way`;
      throw new AlloError('ALLO_E_ASSET_STORE', why);
    }
    const draft = await this.#begin(id, room);
    return {
      write: (bytes) => kept(() => this.#write(draft, bytes)),
      commit: () => kept(() => this.#commit(draft)),
      discard: () => this.#discard(draft),
    };
  }

  /** Lets go of the files it has open. */
  close(): Promise<void> {
    return this.#held.close();
  }

  async #begin(id: string, room: Reservation): Promise<Draft> {
    const final = join(this.#directory, nameOf(id));
    const path = `${final}.${hex(process.pid)}${randomBytes(4).toString('hex')}.part`;
    try {
      await mkdir(this.#directory, { recursive: true });
      // Better known now than when all has come.
      const there = await lstat(final).catch(() => undefined);
      if (there?.isDirectory()) throw new Error(`${final} is a folder`);
      return { id, path, file: await open(path, 'wx+'), room };
    } catch (error) {
      room.release();
      throw failure(error);
    }
  }

  async #write({ file, room }: Draft, bytes: Uint8Array): Promise<void> {
    room.arrived(bytes.length);
    await this.#evict();
    await file.writeFile(bytes);
  }

  async #commit({ id, path, file, room }: Draft): Promise<AssetSource> {
    const name = nameOf(id);
    const final = join(this.#directory, name);
    // Else a power failure may leave the name without the content.
    await file.datasync();
    await rename(path, final);
    const source = await keptFileSource(final, id);
    room.release();
    this.#shelf.put(name, source.size);
    await this.#evict();
    return this.#held.hold(source, file);
  }

  async #discard({ path, file, room }: Draft): Promise<void> {
    room.release();
    await file.close().catch(() => {});
    await unlink(path).catch(() => {});
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
    const file = await open(path).catch(() => undefined);
    if (!file) return undefined;
    const source = await keptFileSource(path, id).catch(() => undefined);
    if (source) return this.#held.hold(source, file);
    await file.close();
    return undefined;
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
      const writer = unfinished.exec(name)?.[1];
      if (writer === undefined && !complete.test(name)) continue;
      const seen = await stat(path).catch(() => undefined);
      if (!seen?.isFile()) continue;
      if (writer === undefined) found.push({ name, size: seen.size, used: seen.mtimeMs });
      else if (isRunning(Number.parseInt(writer, 16)) && Date.now() - seen.mtimeMs <= ABANDONED)
        this.#shelf.occupy(seen.size);
      else await unlink(path).catch(() => {});
    }
    found.sort((a, b) => a.used - b.used);
    for (const { name, size } of found) this.#shelf.put(name, size);
    await this.#evict();
  }
}

function hex(pid: number): string {
  return pid.toString(16).padStart(8, '0');
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // One of somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
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
