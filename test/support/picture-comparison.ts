import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { root } from './source-files.ts';

/** Where what was drawn is left for looking at when it is not what was approved. */
const drawnFolder = join(root, 'build', 'pictures');

/**
 * Fails where the picture is not, byte for byte, the approved one at `path`, and leaves it in `build/pictures`. With
 * UPDATE_PICTURES=1 in the environment it is approved instead: look at it before committing it.
 */
export function expectApproved(path: string, drawn: Uint8Array): void {
  const approved = join(root, path);
  const kept = join(drawnFolder, path.replaceAll('/', '-'));
  if (process.env.UPDATE_PICTURES === '1') {
    mkdirSync(dirname(approved), { recursive: true });
    writeFileSync(approved, drawn);
  }
  const same = existsSync(approved) && readFileSync(approved).equals(drawn);
  if (same) {
    rmSync(kept, { force: true });
    return;
  }
  mkdirSync(drawnFolder, { recursive: true });
  writeFileSync(kept, drawn);
  expect.fail(
    `${path} is not what is drawn now, which is in ${kept}. Look at both; to approve it:\n` +
      'UPDATE_PICTURES=1 npx vitest run test/pictures.test.ts',
  );
}
