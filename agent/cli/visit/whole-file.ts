import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { AlloError } from '../../errors.ts';

/**
 * Writes a file whole or not at all: what was there is replaced once `write` is done. Rejects with ALLO_E_VISIT_FILE,
 * or with the AlloError that `write` rejects with.
 */
export async function writeWholeFile(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(draft, 'wx');
    try {
      await write(file);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => {});
    if (error instanceof AlloError) throw error;
    throw new AlloError('ALLO_E_VISIT_FILE', `${path}: ${(error as Error).message}`, { cause: error });
  }
}
