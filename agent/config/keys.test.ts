import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from './load.ts';
import { ConfigError } from './problem.ts';

const place = 'place: { url: "alloplace://garden.example" }\n';
const base64 = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const hex = 'abcdef1234567890abcdef1234567890';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allo-keys-'));
  vi.stubEnv('CREDENTIALS_DIRECTORY', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function keyFile(name: string, text = base64, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function load(text: string) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, place + text);
  return loadConfig(file);
}

async function keysOf(text: string): Promise<string[]> {
  const { access } = await load(text);
  return (access.keys ?? []).map(({ name, secret }) => `${name} ${secret.symmetricKeySize! * 8}`);
}

async function problemsOf(text: string): Promise<string[]> {
  const problem = await load(text).then(
    () => new ConfigError([]),
    (error: unknown) => error as ConfigError,
  );
  return problem.problems.map(
    ({ code, line, path, problem: what, mend }) => `${code} ${line} ${path}: ${what} | ${mend}`,
  );
}

describe('the keys of a configuration', () => {
  it('are those in the files that it names, called as these are', async () => {
    keyFile('ann.key', `${base64}\n`);
    const bob = keyFile('bob', hex, 0o640);
    expect(await keysOf(`access: { write: key, key_file: [ann.key, ${bob}] }`)).toEqual([
      'ann 256',
      'bob 128',
    ]);
  });

  it('are those in the folder beside it', async () => {
    mkdirSync(join(folder, 'keys'));
    keyFile('keys/ann');
    keyFile('keys/.hidden');
    expect(await keysOf('access: { write: key }')).toEqual(['ann 256']);
  });

  it('are handed over by systemd, which then is asked for those of the folder', async () => {
    mkdirSync(join(folder, 'credentials'));
    mkdirSync(join(folder, 'keys'));
    vi.stubEnv('CREDENTIALS_DIRECTORY', join(folder, 'credentials'));
    keyFile('credentials/keys_ann', base64, 0o440);
    keyFile('credentials/other', 'no key');
    keyFile('keys/bob');
    expect(await keysOf('access: { write: key }')).toEqual(['ann 256']);
  });

  it('are not looked for where none are needed, or the files are those of another machine', async () => {
    expect(await keysOf('access: { write: anyone }')).toEqual([]);
    await load('').catch(() => {});
    const file = join(folder, 'config.yaml');
    writeFileSync(file, `${place}access: { write: key, key_file: /nowhere }\n`);
    await expect(loadConfig(file, { keys: false })).resolves.toMatchObject({ access: { write: 'key' } });
  });

  it('are never shown, however the configuration is', async () => {
    keyFile('ann');
    const config = await load('access: { write: key, key_file: ann }');
    const { inspect } = await import('node:util');
    for (const shown of [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })]) {
      expect(shown).toContain('ann');
      expect(shown).not.toContain(base64.slice(0, 8));
      expect(shown.toLowerCase()).not.toContain(Buffer.from(base64, 'base64').toString('hex').slice(0, 8));
    }
  });

  it('are told to be missing, with how to make one', async () => {
    expect(await problemsOf('access:\n  write: key\n')).toEqual([
      'ALLO_E_CONFIG_KEY_FILE 3 access.write: access.write is key, and there is no key | ' +
        `Make one: umask 077; openssl rand -base64 32 > ${folder}/keys/NAME`,
    ]);
  });

  it('are told to be wrong all at once, beside everything else that is wrong', async () => {
    keyFile('open', base64, 0o644);
    keyFile('shared', base64, 0o660);
    keyFile('short', 'c2hvcnQ=');
    keyFile('words', 'correct horse battery staple');
    keyFile('empty', '\n');
    keyFile('bad name');
    mkdirSync(join(folder, 'folder'));
    mkdirSync(join(folder, 'more'));
    keyFile('fine');
    keyFile('more/fine');
    const names = [
      'open',
      'shared',
      'short',
      'words',
      'empty',
      'bad name',
      'folder',
      'missing',
      'fine',
      'more/fine',
    ];
    const text = `log: { level: loud }\naccess:\n  write: key\n  key_file:\n${names.map((name) => `    - ${name}\n`).join('')}`;
    const problems = await problemsOf(text);
    expect(problems.map((problem) => problem.replaceAll(`${folder}/`, ''))).toEqual([
      expect.stringContaining('ALLO_E_CONFIG_VALUE 2 log.level'),
      expect.stringMatching(
        /^ALLO_E_CONFIG_KEY_FILE 6 access\.key_file\[0\]: the key file open may be read by everybody.*chmod g-wx,o-rwx open/,
      ),
      expect.stringContaining(
        ' 7 access.key_file[1]: the key file shared may be read by everybody, or changed',
      ),
      expect.stringContaining(
        ' 8 access.key_file[2]: the key file short holds a key of 40 bits, which is fewer than 128',
      ),
      expect.stringContaining(' 9 access.key_file[3]: the key file words holds more than one line of base64'),
      expect.stringContaining(' 10 access.key_file[4]: the key file empty is empty'),
      expect.stringContaining(
        ' 11 access.key_file[5]: the key file bad name has a name that cannot be logged',
      ),
      expect.stringContaining(' 12 access.key_file[6]: the key file folder is no file'),
      expect.stringContaining(
        ' 13 access.key_file[7]: the key file missing does not exist | Make it: umask 077',
      ),
      expect.stringContaining(' 15 access.key_file[9]: there is another key fine than that in more/fine'),
    ]);
    expect(problems.join()).not.toContain(base64);
  });
});
