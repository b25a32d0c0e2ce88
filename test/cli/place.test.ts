import { afterEach, describe, expect, it } from 'vitest';
import { type CliProcess, runCli, startCli } from '../support/cli-process.ts';

const running: CliProcess[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

function start(...args: string[]): CliProcess {
  const cli = startCli(args);
  running.push(cli);
  return cli;
}

describe('allo-agent place', () => {
  it('is a place that tells who comes and goes, and ends properly when asked to', async () => {
    const place = start('place', '--listen', '127.0.0.1:0', '--name', 'Shed');
    await place.until(/Shed is open at alloplace:\/\/127\.0\.0\.1:\d+\n/);
    const url = /is open at (\S+)/.exec(place.stdout)![1]!;

    const visitor = start('visit', url, '--json');
    await visitor.until(/"change":"joined","place":"Shed"/);
    await place.until(/visitor joined from 127\.0\.0\.1:\d+/);
    visitor.child.kill('SIGINT');
    expect((await visitor.ended).status).toBe(0);
    await place.until(/visitor left/);

    const other = start('visit', url, '--json');
    await other.until(/"change":"joined"/);
    place.child.kill('SIGTERM');
    expect(await place.ended).toMatchObject({ status: 0, stderr: '' });
    expect(place.stdout).toMatch(/visitor was sent away \(1000\)\nShed is closed\n$/);
    await other.until(/"change":"lost"/);
  });

  it('exits 2 where --listen is no address', async () => {
    const { status, stderr } = await runCli(['place', '--listen', 'nowhere:port']);
    expect(status).toBe(2);
    expect(stderr).toContain('It is HOST:PORT, such as 127.0.0.1:21337 or [::1]:21337.');
  });

  it('exits 1 where the port cannot be had', async () => {
    const place = start('place', '--listen', '127.0.0.1:0');
    await place.until(/is open at/);
    const address = /alloplace:\/\/(\S+)/.exec(place.stdout)![1]!;
    const { status, stderr } = await runCli(['place', '--listen', address]);
    expect(status).toBe(1);
    expect(stderr).toContain('somebody else has the port (ALLO_E_PLACE_PORT)');
  });
});

describe('allo-agent visit', () => {
  it.each<[string[], number, string]>([
    [[], 2, "missing required argument 'url'"],
    [['http://garden'], 2, 'it is not alloplace://host or alloplace://host:port'],
    [['alloplace://garden:99999'], 2, 'a port is a number from 1 to 65535'],
    [['alloplace://127.0.0.1:9', 'reed', 'x'], 2, "there is no command 'reed'"],
    [['alloplace://127.0.0.1:9', 'read', 'x', '--timeout', '0.2'], 1, 'ALLO_E_PLACE_UNREACHABLE'],
  ])('%j exits %i', async (args, expected, told) => {
    const { status, stderr } = await runCli(['visit', ...args]);
    expect(status).toBe(expected);
    expect(stderr).toContain(told);
  });

  it('shows its help with and without a URL', async () => {
    for (const args of [
      ['visit', '--help'],
      ['help', 'visit'],
      ['visit', 'alloplace://garden', '--help'],
    ]) {
      const { status, stdout } = await runCli(args);
      expect(status).toBe(0);
      expect(stdout).toContain('observe [options] [properties...]');
    }
  });
});
