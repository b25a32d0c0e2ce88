import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli-process.ts';
import { root } from '../support/source-files.ts';

describe('allo-agent', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await runCli(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('lists its commands and where to start', async () => {
    const { status, stdout } = await runCli(['--help']);
    expect(status).toBe(0);
    for (const command of ['run', 'check', 'discover', 'demo', 'place', 'visit'])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(stdout).toContain('Exit status: 0 done, 1 failed, 2 bad usage, 78 bad configuration.');
  });

  it.each(['run', 'check', 'discover', 'demo', 'place', 'visit'])('explains %s', async (command) => {
    const { status, stdout, stderr } = await runCli([command, '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: allo-agent ${command}\\b`));
    expect(stdout.split('\n').length).toBeGreaterThan(5);
  });

  it('explains a command as well where help is asked for first', async () => {
    expect(await runCli(['help', 'visit'])).toEqual(await runCli(['visit', '--help']));
  });

  it.each([
    [
      'a command that is not there, naming the near one',
      ['chek'],
      /unknown command 'chek'\n\(Did you mean check\?\)/,
    ],
    ['an option that is not there', ['check', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    ['an option without its value', ['run', '--config'], /option '-c, --config <file>' argument missing/],
    ['an argument too many', ['discover', 'gpio'], /too many arguments/],
    ['no command at all', [], /^Usage: allo-agent/],
  ])('refuses %s with status 2', async (_, args, complaint) => {
    const { status, stdout, stderr } = await runCli(args);
    expect(stderr).toMatch(complaint);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
