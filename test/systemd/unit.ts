import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../support/source-files.ts';

export const unitFile = join(root, 'systemd/allo-agent.service');

/** Its major version; undefined where systemd-analyze is not installed. */
export function analyzeVersion(): number | undefined {
  const { status, stdout } = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/^systemd (\d+)/.exec(stdout)?.[1]) : undefined;
}

/** What systemd has to say against a unit, a line for each complaint; paths are those within the machine. */
export function verify(unit: string): string[] {
  const machine = machineWith(unit);
  try {
    const { stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', `--root=${machine}`, 'allo-agent.service'],
      { encoding: 'utf8', env: { ...process.env, SYSTEMD_LOG_LEVEL: 'info' } },
    );
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    return lines.map((line) => line.replaceAll(machine, ''));
  } finally {
    rmSync(machine, { recursive: true });
  }
}

/** A directory that looks like a machine with the package installed: what the unit starts and waits for is there. */
function machineWith(unit: string): string {
  const machine = mkdtempSync(join(tmpdir(), 'allo-unit-'));
  const units = '/usr/lib/systemd/system';
  const file = (path: string, content: string) => {
    mkdirSync(join(machine, dirname(path)), { recursive: true });
    writeFileSync(join(machine, path), content);
  };
  for (const program of ['/usr/bin/allo-agent', '/bin/sh']) {
    file(program, '#!/bin/sh\n');
    chmodSync(join(machine, program), 0o755);
  }
  const targets = ['sysinit', 'basic', 'shutdown', 'multi-user', 'network-online', 'sound', 'time-sync'];
  for (const target of targets) file(`${units}/${target}.target`, '[Unit]\n');
  for (const mount of ['-.slice', 'system.slice']) file(`${units}/${mount}`, '[Unit]\n');
  cpSync(unit, join(machine, units, 'allo-agent.service'));
  return machine;
}

/** One point of `systemd-analyze security`. */
export interface SecurityPoint {
  readonly set: boolean;
  /** The directive, or `Directive=~VALUE`. */
  readonly name: string;
  readonly description: string;
  readonly exposure: string | null;
}

/** How much of the machine the service could reach: 0 nothing to 10 everything, and what that is made of. */
export function security(): { readonly exposure: number; readonly points: readonly SecurityPoint[] } {
  const run = (...args: string[]) =>
    spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', ...args, unitFile], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    }).stdout;
  const exposure = Number(/exposure level for allo-agent\.service: ([\d.]+)/.exec(run())?.[1]);
  return { exposure, points: JSON.parse(run('--json=short')) as SecurityPoint[] };
}
