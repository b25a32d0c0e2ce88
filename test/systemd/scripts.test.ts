import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/source-files.ts';

const run = (script: string, ...args: string[]) =>
  spawnSync(join(root, 'scripts', script), args, { encoding: 'utf8', input: '' });

/** Makes programs of shell commands in a folder, and gives the PATH on which they come first. */
function fakes(folder: string, tools: Readonly<Record<string, string>>): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, body] of Object.entries(tools))
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return `${bin}${delimiter}${process.env.PATH}`;
}

describe('the maintainer scripts of the package', () => {
  const scripts = ['postinst', 'prerm', 'postrm'].map((name) => join(root, 'scripts/deb', name));

  it.each(scripts)('%s is right for the shell that runs it', (script) => {
    expect(readFileSync(script, 'utf8')).toMatch(/^#!\/bin\/sh\nset -e\n/);
    expect(spawnSync('sh', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('every script', () => {
  const scripts = readdirSync(join(root, 'scripts'), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

  it.each(scripts)('%s says how it is used, and does nothing else', (script) => {
    const { status, stdout, stderr } = run(script, '--help');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`usage: scripts/${script} `));
    expect(stdout).not.toContain('set -euo');
  });
});

describe('scripts/apt', () => {
  /** What the script does where apt-get ends as `attempts` say, one after the other, and how often it waited. */
  function apt(...attempts: readonly string[]) {
    const folder = mkdtempSync(join(tmpdir(), 'apt-'));
    const tools = {
      id: 'echo 0',
      sleep: `echo x >>${folder}/sleeps`,
      'apt-get': `echo x >>${folder}/calls; case $(wc -l <${folder}/calls) in ${attempts.map((body, i) => `${i + 1}) ${body} ;;`).join(' ')} esac`,
    };
    const { status, stderr } = spawnSync(join(root, 'scripts/apt'), ['install', 'socat'], {
      encoding: 'utf8',
      env: { ...process.env, PATH: fakes(folder, tools) },
    });
    const lines = (name: string) =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim().split('\n').length : 0;
    return { status, stderr, calls: lines('calls'), waits: lines('sleeps') };
  }
  const locked = 'echo "E: Could not get lock /var/lib/apt/lists/lock." >&2; exit 100';

  it('waits for another program that has apt, and says so once', () => {
    const { status, stderr, calls, waits } = apt(locked, locked, 'exit 0');
    expect({ status, calls, waits }).toEqual({ status: 0, calls: 3, waits: 2 });
    expect(stderr.match(/waiting for another program that uses apt/g)).toHaveLength(1);
  });

  it('shows what apt-get said where it fails for another reason, at once', () => {
    const { status, stderr, calls } = apt('echo "E: Unable to locate package socat"; exit 100');
    expect({ status, calls }).toEqual({ status: 100, calls: 1 });
    expect(stderr).toBe('E: Unable to locate package socat\n');
  });
});

describe('scripts/install and scripts/test-package', () => {
  it.each([
    [['--place', 'garden.example'], /--place is alloplace:\/\/HOST/],
    [['--deb', '/nowhere.deb'], /cannot read \/nowhere\.deb/],
    [['--purge'], /goes with --uninstall/],
    [['--deb'], /--deb needs a value/],
    [['--faster'], /unknown argument: --faster/],
  ])('install refuses %j before it does anything', (args, complaint) => {
    const { status, stderr } = run('install', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(complaint);
  });

  it('are right for the shell that runs them', () => {
    const parts = readdirSync(join(root, 'scripts/package-test')).map((name) => `package-test/${name}`);
    const shell = [
      'install',
      'test-package',
      'build-deb',
      'deb/manpage',
      ...parts.filter((name) => !name.endsWith('.mjs')),
    ];
    for (const name of shell) {
      const file = join(root, 'scripts', name);
      expect(statSync(file).size).toBeGreaterThan(0);
      expect(spawnSync('bash', ['-n', file], { encoding: 'utf8' }).stderr).toBe('');
    }
  });
});

describe('scripts/install and Node.js', () => {
  /**
   * What the script does on a machine whose apt has Node.js `candidate`, and what it has apt-get do. `installed`: what
   * is there already; `packed`: what a file has that is given.
   */
  function install(
    candidate: string,
    args: readonly string[] = [],
    { installed = '', packed = '18.20.4-1' } = {},
  ) {
    const folder = mkdtempSync(join(tmpdir(), 'install-'));
    const calls = join(folder, 'calls');
    const tools = {
      id: 'echo 0',
      // Nothing is installed for certain, so that nothing is started after it.
      'apt-get': `echo "$*" >>${calls}; case $* in *' install '*) exit 1 ;; esac`,
      'apt-cache': `printf 'nodejs:\\n  Installed: (none)\\n  Candidate: %s\\n' '${candidate}'`,
      'dpkg-query': `case "${installed} $*" in ' '*) exit 1 ;; *Status*nodejs) echo installed ;; *nodejs) echo ${installed} ;; *) exit 1 ;; esac`,
      'dpkg-deb': `echo ${packed}`,
    };
    const { status, stderr } = spawnSync(
      join(root, 'scripts/install'),
      ['--deb', join(root, 'package.json'), ...args],
      {
        encoding: 'utf8',
        input: '',
        env: { ...process.env, PATH: fakes(folder, tools) },
      },
    );
    return { status, stderr, calls: readFileSync(calls, 'utf8') };
  }

  it.each(['18.20.4+dfsg-1~deb12u1', '(none)'])(
    'ends where apt has %s, says what to do, and adds no repository',
    (candidate) => {
      const { status, stderr, calls } = install(candidate, ['--yes']);
      expect(status).toBe(1);
      expect(stderr).toMatch(
        candidate === '(none)' ? /is needed; .* has none$/m : /has 18\.20\.4\S*, which is too old$/m,
      );
      expect(stderr).toMatch(/install a newer package nodejs.*--node-deb FILE/);
      expect(stderr).not.toContain('://');
      expect(calls.trim().split('\n')).toEqual([expect.stringMatching(/ update$/)]);
    },
  );

  it.each(['20.15.0-1', '20.19.2+dfsg-1', '22.11.0-1'])('takes %s from apt', (candidate) => {
    expect(install(candidate).calls).toMatch(/ install --no-install-recommends nodejs$/m);
  });

  it('refuses a file with an older one', () => {
    const file = join(root, 'package.json');
    const { status, stderr, calls } = install('20.19.2+dfsg-1', ['--node-deb', file]);
    expect(status).toBe(1);
    expect(stderr).toContain(`${file} has Node.js 18.20.4-1; 20.15 or newer is needed`);
    expect(calls).not.toContain('install');
  });

  it.each(['22.11.0-1', '22.12.0-1'])('leaves %s where it is when a file has 22.11.0-1', (installed) => {
    const file = join(root, 'vitest.config.ts');
    const { calls } = install('(none)', ['--node-deb', file], { installed, packed: '22.11.0-1' });
    expect(calls).not.toContain(file);
    expect(calls).toMatch(/ install .*package\.json$/m);
  });

  it('takes the file where what is installed is older', () => {
    const file = join(root, 'vitest.config.ts');
    const older = { installed: '20.19.2+dfsg-1', packed: '22.11.0-1' };
    expect(install('(none)', ['--node-deb', file], older).calls).toContain(file);
  });
});
