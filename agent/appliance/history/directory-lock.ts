import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { AlloError } from '../../errors.ts';

/** flock(2), <sys/file.h>. */
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes a folder for this process alone, until the returned function is called or the process is no more, however it
 * ended: the kernel gives the lock back. Throws ALLO_E_HISTORY_LOCKED where another has it, else what `open` throws.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'lock');
  const fd = openSync(path, 'a');
  try {
    flock(fd, path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return () => closeSync(fd);
}

function flock(fd: number, path: string): void {
  const koffi = loadKoffi();
  // A machine without it has a daemon all the same, and hardly two.
  if (!koffi) return;
  const call = koffi.load(null).func('int flock(int fd, int operation)') as (
    fd: number,
    operation: number,
  ) => number;
  if (call(fd, LOCK_EX | LOCK_NB) !== -1) return;
  const name = getSystemErrorName(-koffi.errno());
  if (name === 'EAGAIN')
    throw new AlloError('ALLO_E_HISTORY_LOCKED', `another allo-agent keeps its history there (${path})`);
  throw new Error(`flock ${path}: ${name}`);
}

function loadKoffi(): typeof import('koffi') | undefined {
  try {
    return createRequire(import.meta.url)('koffi') as typeof import('koffi');
  } catch {
    return undefined;
  }
}
