import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from './problem.ts';
import { readConfigSource } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'allo-config-'));
afterAll(() => rm(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function problemOf(path: string): Promise<string> {
  const error = await readConfigSource(path).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  const [problem] = (error as ConfigError).problems;
  expect(problem).toMatchObject({
    code: 'ALLO_E_CONFIG_FILE',
    file: path,
    mend: expect.stringMatching(/.\S$/),
  });
  return problem!.problem;
}

describe('readConfigSource', () => {
  it('gives the text', async () => {
    expect(await readConfigSource(file('good.yaml', 'display_name: Gewächshaus\n'))).toContain('Gewächshaus');
  });

  it('says that there is no such file', async () => {
    expect(await problemOf(join(folder, 'none.yaml'))).toBe('the file does not exist');
    expect(await problemOf(join(file('plain', ''), 'none.yaml'))).toBe('the file does not exist');
  });

  it('says that it is a directory', async () => {
    mkdirSync(join(folder, 'config.d'));
    expect(await problemOf(join(folder, 'config.d'))).toBe('the file is a directory');
  });

  it('says that it is not UTF-8', async () => {
    expect(await problemOf(file('latin1.yaml', Buffer.from('name: Gew\xe4chshaus', 'latin1')))).toBe(
      'the file is not UTF-8 text',
    );
    expect(await problemOf(file('utf16.yaml', Buffer.from('\ufeffname: a', 'utf16le')))).toBe(
      'the file is not UTF-8 text',
    );
  });

  it('reads no more than 1 MiB, also of what never ends', async () => {
    expect(await readConfigSource(file('large.yaml', '#'.repeat(2 ** 20)))).toHaveLength(2 ** 20);
    expect(await problemOf(file('larger.yaml', '#'.repeat(2 ** 20 + 1)))).toBe(
      'the file is larger than 1 MiB',
    );
    expect(await problemOf('/dev/zero')).toBe('the file is larger than 1 MiB');
  });

  it.skipIf(process.getuid?.() === 0)('says that it may not be read', async () => {
    const path = file('private.yaml', 'name: a');
    chmodSync(path, 0);
    expect(await problemOf(path)).toBe('the file may not be read by this user');
  });
});
