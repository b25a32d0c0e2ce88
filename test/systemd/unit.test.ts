import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mostBadStarts } from '../../agent/service/systemd/start-record.ts';
import { analyzeVersion, security, unitFile, verify } from './unit.ts';

const unit = readFileSync(unitFile, 'utf8');
const version = analyzeVersion();

/** Directives that older systemd does not know, and passes over. */
const since254 = ['RestartSteps', 'RestartMaxDelaySec'];

const directive = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];
const comments = unit
  .split('\n')
  .filter((line) => line.startsWith('#'))
  .join('\n');

describe.skipIf(version === undefined)('allo-agent.service, as systemd sees it', () => {
  it('is without mistakes', () => {
    const complaints = verify(unitFile).filter(
      (line) => version! >= 254 || !since254.some((key) => line.includes(`Unknown key '${key}'`)),
    );
    expect(complaints).toEqual([]);
  });

  it('would be found out if it had any', () => {
    const folder = mkdtempSync(join(tmpdir(), 'allo-unit-'));
    try {
      const wrong = join(folder, 'allo-agent.service');
      writeFileSync(wrong, unit.replace('PrivateTmp=', 'PrivateTemp=').replace('/usr/bin/', '/usr/lib/'));
      expect(verify(wrong).join('\n')).toMatch(/PrivateTemp[\s\S]*\/usr\/lib\/allo-agent is not executable/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('can reach little of the machine: exposure at most 2.0', () => {
    const { exposure } = security();
    console.log(`    exposure ${exposure} by systemd ${version}`);
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThanOrEqual(2);
  });

  it('says of every protection that is left out why', () => {
    const open = security().points.filter(({ set }) => !set);
    expect(open.length).toBeGreaterThan(5);
    const named = open.flatMap(({ name }) => {
      const [key, value = ''] = name.split('=');
      return [...key!.split('/'), ...(value.match(/\bAF_\w+/g) ?? [])];
    });
    expect(named.filter((name) => !comments.includes(name))).toEqual([]);
  });
});

describe('allo-agent.service', () => {
  it('is started again after a failure, but not with a configuration that cannot be used', () => {
    expect(directive('Restart')).toBe('on-failure');
    expect(directive('RestartPreventExitStatus')).toBe('78');
  });

  it('has the modules loaded whose devices it may open, so that they may be plugged in later', () => {
    for (const module of ['snd', 'usbserial', 'cdc_acm'])
      for (const key of ['Wants', 'After'])
        expect(unit).toMatch(new RegExp(`^${key}=.*\\bmodprobe@${module}\\.service\\b`, 'm'));
  });

  it('leaves giving up to safe mode, which needs the count of bad starts to outlive a restart', () => {
    expect(mostBadStarts).toBe(5);
    expect(directive('StartLimitIntervalSec')).toBe('0');
    expect(directive('RuntimeDirectoryPreserve')).toBe('restart');
  });

  it('waits for the daemon to be ready, hears how it is, and passes reloads on', () => {
    expect(directive('Type')).toBe('notify');
    expect(directive('NotifyAccess')).toBe('main');
    expect(directive('WatchdogSec')).toMatch(/^\d+s$/);
    expect(directive('ExecReload')).toContain('-HUP');
  });
});
