import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSource } from './source.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allo-source-'));
  file = join(folder, 'lamp.glb');
  await writeFile(file, 'a lamp');
});

afterEach(() => rm(folder, { recursive: true }));

const unreadable = { code: 'ALLO_E_ASSET_SOURCE' };

describe('a file as an asset', () => {
  it('is named by its hash, and read in parts', async () => {
    const source = await fileSource(file);
    expect(source).toMatchObject({
      id: 'asset:sha256:c7916eee76e233584c29ead053c1d822bbbe765f4518fabd0014271559eca899',
      size: 6,
    });
    expect(Buffer.from(await source.read(2, 4)).toString()).toBe('lamp');
  });

  it.each<[string, () => Promise<void>]>([
    ['grows', () => appendFile(file, '!')],
    ['shrinks', () => truncate(file, 3)],
    ['vanishes', () => unlink(file)],
    ['is written to', () => writeFile(file, 'a lump')],
    ['is replaced', () => writeFile(`${file}.new`, 'a lamp').then(() => rename(`${file}.new`, file))],
    ['becomes a FIFO', () => unlink(file).then(() => void execFileSync('mkfifo', [file]))],
  ])('is that asset no more once it %s', async (_what, happens) => {
    const source = await fileSource(file);
    await happens();
    await expect(source.read(0, 3)).rejects.toMatchObject(unreadable);
  });

  it('is no device, FIFO, folder or empty file, and none of them is waited for', async () => {
    const odd = join(folder, 'odd');
    for (const target of ['/dev/zero', '/dev/tty', folder]) {
      await symlink(target, odd);
      await expect(fileSource(odd)).rejects.toMatchObject(unreadable);
      await unlink(odd);
    }
    execFileSync('mkfifo', [odd]);
    await expect(fileSource(odd)).rejects.toMatchObject(unreadable);
    await writeFile(file, '');
    await expect(fileSource(file)).rejects.toMatchObject(unreadable);
  });
});
