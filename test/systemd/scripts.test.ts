import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/source-files.ts';

const run = (script: string, ...args: string[]) =>
  spawnSync(join(root, 'scripts', script), args, { encoding: 'utf8', input: '' });

describe('the maintainer scripts of the package', () => {
  const scripts = ['postinst', 'prerm', 'postrm'].map((name) => join(root, 'scripts/deb', name));

  it.each(scripts)('%s is right for the shell that runs it', (script) => {
    expect(readFileSync(script, 'utf8')).toMatch(/^#!\/bin\/sh\nset -e\n/);
    expect(spawnSync('sh', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('scripts/install and scripts/test-package', () => {
  it.each(['install', 'test-package', 'build-deb'])('%s says how it is used', (script) => {
    const { status, stdout } = run(script, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`usage: scripts/${script} `));
    expect(stdout).not.toContain('set -euo');
  });

  it.each([
    [['--place', 'garden.example'], /--place is alloplace:\/\/HOST/],
    [['--node-from', 'elsewhere'], /apt or nodesource/],
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
