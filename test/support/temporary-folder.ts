import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Followed by the id of the process that runs the tests. */
const prefix = 'allo-tests-';

/**
 * Gives all the tests of a run one temporary folder, so that nothing stays behind of a test that was killed; nor of a
 * run that was, once there is another. Returns what removes it.
 */
export default function temporaryFolder(): () => void {
  const parent = tmpdir();
  // Each project asks; the first makes it for all.
  if (parent.includes(`/${prefix}${process.pid}-`)) return () => {};
  for (const name of readdirSync(parent)) if (isAbandoned(name)) remove(join(parent, name));
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  process.env.TMPDIR = folder;
  return () => {
    process.env.TMPDIR = parent;
    remove(folder);
  };
}

function isAbandoned(name: string): boolean {
  if (!name.startsWith(prefix)) return false;
  try {
    process.kill(Number.parseInt(name.slice(prefix.length), 10), 0);
    return false;
  } catch (error) {
    // EPERM is somebody else's, who runs.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
