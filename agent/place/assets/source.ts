import { createHash } from 'node:crypto';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { AlloError } from '../../errors.ts';
import { ASSET_CHUNK, assetIdOf, LONGEST_ASSET } from '../../wire/asset.ts';

/** Content that can be read piece by piece, as often as wanted. */
export interface AssetSource {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /**
   * The bytes from `start` on, `length` of them; both lie within the asset. Rejects with ALLO_E_ASSET_SOURCE where
   * they cannot be had any more.
   */
  read(start: number, length: number): Promise<Uint8Array>;
}

/** Bytes as an asset. They are not copied: who gives them leaves them as they are. */
export function bytesSource(bytes: Uint8Array): AssetSource {
  checkSize(bytes.length, 'the asset');
  return {
    id: assetIdOf(createHash('sha256').update(bytes).digest('hex')),
    size: bytes.length,
    read: async (start, length) => bytes.subarray(start, start + length),
  };
}

/**
 * A file as an asset. It is read through once, for its hash, and then range by range; never is more than one range
 * of it in memory. A file that changes is another asset: reading it rejects from then on.
 * Rejects with ALLO_E_ASSET_SOURCE.
 */
export async function fileSource(path: string): Promise<AssetSource> {
  const { id, identity } = await withFile(path, async (file) => {
    const before = await identityOf(file);
    checkSize(before.size, path);
    const digest = await digestOf(file, before.size);
    await checkUnchanged(path, file, before);
    return { id: assetIdOf(digest), identity: before };
  });
  return readingFrom(path, id, identity);
}

/** A file known to be what `id` says, which nobody writes to: its times may change. Rejects as `fileSource` does. */
export async function keptFileSource(path: string, id: string): Promise<AssetSource> {
  const { modified: _, ...identity } = await withFile(path, identityOf);
  return readingFrom(path, id, identity);
}

function readingFrom(path: string, id: string, identity: FileIdentity): AssetSource {
  return {
    id,
    size: identity.size,
    read: (start, length) =>
      withFile(path, async (file) => {
        await checkUnchanged(path, file, identity);
        const bytes = await readExactly(file, start, length);
        // Again: it may have been written to while it was read.
        await checkUnchanged(path, file, identity);
        return bytes;
      }),
  };
}

interface FileIdentity {
  readonly size: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** Absent where it does not matter. */
  readonly modified?: bigint;
}

async function identityOf(file: FileHandle): Promise<FileIdentity> {
  const stat = await file.stat({ bigint: true });
  if (!stat.isFile()) throw new Error('not a file');
  return { size: Number(stat.size), device: stat.dev, inode: stat.ino, modified: stat.mtimeNs };
}

async function checkUnchanged(path: string, file: FileHandle, before: FileIdentity): Promise<void> {
  const now = await identityOf(file);
  const same =
    now.size === before.size &&
    now.device === before.device &&
    now.inode === before.inode &&
    (before.modified === undefined || now.modified === before.modified);
  if (!same) throw new AlloError('ALLO_E_ASSET_SOURCE', `${path} is not what it was any more`);
}

/** SHA-256 of a file of `size` bytes, hexadecimal. Of a file that grows meanwhile no more than that is read. */
async function digestOf(file: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(ASSET_CHUNK);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest('hex');
}

/** Rejects where there is less. */
export async function readExactly(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) throw new Error('it is shorter than it was');
    done += bytesRead;
  }
  return bytes;
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    // Opening a FIFO would wait for its writer, and keep others from their files meanwhile.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await work(file);
  } catch (error) {
    if (error instanceof AlloError) throw error;
    throw new AlloError('ALLO_E_ASSET_SOURCE', `${path}: ${(error as Error).message}`, { cause: error });
  } finally {
    await file?.close();
  }
}

function checkSize(size: number, name: string): void {
  if (size === 0) throw new AlloError('ALLO_E_ASSET_SOURCE', `${name} is empty: places do not hand that on`);
  if (size > LONGEST_ASSET)
    throw new AlloError('ALLO_E_ASSET_SOURCE', `${name} is longer than ${LONGEST_ASSET} bytes`);
}
