import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../agent/cli/check-report.ts';
import { runCli } from '../support/cli-process.ts';
import { root } from '../support/source-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'allo-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) => join(root, 'test/fixtures/config', name);

describe('allo-agent check', () => {
  it('says that all is well, as a table, with what is optional and how to get what is missing', async () => {
    const config = fixture('simulated.yaml');
    const { status, stdout, stderr } = await runCli(['check', '--config', config], { PATH: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^grow_light +gpio +ok +\S/m);
    expect(stdout).toMatch(/^weather +simulated +ok +\S/m);
    expect(stdout).toMatch(/^microphone +microphone +ok +\S/m);
    for (const name of ['koffi', 'onoff', 'alsa-capture', 'libopus']) expect(stdout).toContain(`\n${name} `);
    expect(stdout).toMatch(/^arecord +missing/m);
    expect(stdout).toMatch(/^ {2}arecord: sudo apt install alsa-utils$/m);
    expect(stdout).toMatch(/^Ready to run\.$/m);
  });

  it('prints the same as JSON', async () => {
    const { status, stdout } = await runCli(['check', '--json', '--config', fixture('simulated.yaml')]);
    const report = JSON.parse(stdout) as CheckReport;
    expect(status).toBe(0);
    expect(report.config).toEqual({ file: fixture('simulated.yaml'), problems: [] });
    expect(report.devices.map(({ id, ok }) => [id, ok])).toEqual([
      ['grow_light', true],
      ['weather', true],
      ['microphone', true],
    ]);
    expect(report.features.find(({ name }) => name === 'koffi')?.state).toBe('ok');
  });

  it('exits 1 where a device is not there, and says what to do', async () => {
    const { status, stdout } = await runCli(['check', '--config', fixture('absent-hardware.yaml')]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^soil +serial +FAILED +.*ttyNOSUCH/m);
    expect(stdout).toMatch(/^ {2}soil: \S/m);
    expect(stdout).toMatch(/^Not ready: soil\./m);
  });

  it('exits 78 where the configuration is wrong, and tells everything that is', async () => {
    const { status, stdout, stderr } = await runCli(['check', '--config', fixture('wrong.yaml')]);
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr.replaceAll(fixture('wrong.yaml'), 'wrong.yaml')).toBe(
      readFileSync(fixture('wrong.txt'), 'utf8'),
    );
  });

  it('prints the problems of a wrong configuration as JSON too', async () => {
    const { status, stdout } = await runCli(['check', '--json', '--config', fixture('wrong.yaml')]);
    expect(status).toBe(78);
    const { problems } = (JSON.parse(stdout) as CheckReport).config;
    expect(problems.length).toBeGreaterThan(5);
    for (const problem of problems)
      expect(problem).toMatchObject({
        code: expect.stringMatching(/^ALLO_E_CONFIG_/),
        line: expect.any(Number),
      });
  });

  it('looks at the configuration alone where asked to', async () => {
    const config = fixture('absent-hardware.yaml');
    expect(await runCli(['check', '--config-only', '--config', config])).toMatchObject({
      status: 0,
      stdout: `${config}: no problems\n`,
    });
    const wrong = await runCli(['check', '--config-only', '--config', fixture('wrong.yaml')]);
    expect(wrong).toMatchObject({ status: 78, stdout: '' });
    expect(wrong.stderr.replaceAll(fixture('wrong.yaml'), 'wrong.yaml')).toBe(
      readFileSync(fixture('wrong.txt'), 'utf8'),
    );
    const json = await runCli(['check', '--config-only', '--json', '--config', fixture('wrong.yaml')]);
    expect(json.status).toBe(78);
    expect((JSON.parse(json.stdout) as CheckReport).config.problems.length).toBeGreaterThan(5);
  });

  it('exits 78 where there is no configuration', async () => {
    const { status, stderr } = await runCli(['check', '--config', join(folder, 'none.yaml')]);
    expect(status).toBe(78);
    expect(stderr).toContain(`${join(folder, 'none.yaml')}: the file does not exist`);
  });
});
