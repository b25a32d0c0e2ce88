import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DiscoverReport } from '../../agent/cli/discover-report.ts';
import { configSchema } from '../../agent/config/schema.ts';
import { validate } from '../../agent/config/validate.ts';
import { runCli } from '../support/cli-process.ts';

describe('allo-agent discover', () => {
  it('prints configuration that the agent takes as it is', async () => {
    const { status, stdout, stderr } = await runCli(['discover']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^# Found on this machine: /);
    expect(parse(stdout) ?? {}).toBeTypeOf('object');
    const text = `place: { url: alloplace://garden.example }\n${stdout}`;
    expect(() => validate(configSchema, text, 'discovered.yaml')).not.toThrow();
  });

  it('prints a whole configuration where a place is given', async () => {
    const { status, stdout } = await runCli(['discover', '--place', 'alloplace://garden.example']);
    expect(status).toBe(0);
    expect(validate(configSchema, stdout, 'discovered.yaml').place.url).toBe('alloplace://garden.example');
    expect((await runCli(['discover', '--place', 'garden'])).stderr).toContain('is not the URL of a place');
  });

  it('prints the same as JSON', async () => {
    const { status, stdout } = await runCli(['discover', '--json']);
    const { found, failed } = JSON.parse(stdout) as DiscoverReport;
    expect({ status, failed }).toEqual({ status: 0, failed: [] });
    for (const one of found)
      expect(one).toMatchObject({
        driver: expect.any(String),
        kind: expect.any(String),
        config: expect.any(String),
      });
  });
});
