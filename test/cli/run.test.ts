import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type CliProcess, type Ended, runCli, startCli } from '../support/cli-process.ts';
import { timed } from '../support/lateness.ts';
import { root } from '../support/source-files.ts';
import { expectStopped, isCutShort } from '../support/stopped.ts';

const folder = mkdtempSync(join(tmpdir(), 'allo-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

const running: CliProcess[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

function start(args: readonly string[]): CliProcess {
  const cli = startCli(args);
  running.push(cli);
  return cli;
}

/** A place of our own on a free port, and where it is. */
async function startPlace(): Promise<{ place: CliProcess; url: string }> {
  const place = start(['place', '--listen', '127.0.0.1:0', '--name', 'Test garden']);
  await place.until(/is open at \S+/);
  return { place, url: /is open at (\S+)/.exec(place.stdout)![1]! };
}

function configFor(url: string, name = 'config.yaml'): string {
  const file = join(folder, name);
  const example = readFileSync(join(root, 'test/fixtures/config/simulated.yaml'), 'utf8');
  writeFileSync(file, example.replace('alloplace://127.0.0.1:9', url));
  return file;
}

/**
 * What an agent that was started came to when it was told to stop. It is cut short where stopping takes longer than it
 * may, as on a machine that is too busy; not each time.
 */
async function stopped(signal: NodeJS.Signals, started: () => Promise<CliProcess>): Promise<Ended> {
  for (let tried = 1; ; tried++) {
    const agent = await started();
    agent.signal(signal);
    const { value: ended, late } = await timed(() => agent.ended);
    expectStopped(ended);
    if (!isCutShort(ended)) return ended;
    if (tried === 5) {
      expect(late).toBeGreaterThan(1_000);
      return ended;
    }
  }
}

const edit = (file: string, from: string, to: string) =>
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

describe('allo-agent run', () => {
  it('exits 78 where the configuration is wrong, and tells everything that is', async () => {
    const { status, stdout, stderr } = await runCli([
      'run',
      '--config',
      join(root, 'test/fixtures/config/wrong.yaml'),
    ]);
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toMatch(/\d+ problems in the configuration\.\n$/);
  });

  it('joins the place, and leaves it properly at SIGTERM', async () => {
    const { place, url } = await startPlace();
    const config = configFor(url);
    const ended = await stopped('SIGTERM', async () => {
      const agent = start(['run', '--config', config]);
      await agent.until(/"msg":"joined"/);
      await place.until(/Test bench joined/);
      return agent;
    });
    if (isCutShort(ended)) return;
    await place.until(/Test bench left/);
    const lines = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['starting', 'ready', 'joined', 'stopping', 'stopped']),
    );
  });

  it('runs without the place, says so, and still stops in time', async () => {
    const config = configFor('alloplace://127.0.0.1:9');
    await stopped('SIGINT', async () => {
      const agent = start(['run', '--config', config, '--verbose']);
      await agent.until(/"state":"joining"/);
      return agent;
    });
  });

  it('takes up what can change at SIGHUP, and keeps the old configuration where the new one is wrong', async () => {
    const file = configFor('alloplace://127.0.0.1:9', 'reload.yaml');
    const agent = start(['run', '--config', file]);
    await agent.until(/"msg":"ready"/);
    edit(file, 'microphone:', 'log: { level: debug }\nmicrophone:');
    edit(file, 'line: GPIO17', 'line: GPIO18');
    agent.signal('SIGHUP');
    await agent.until(/"changed":\["log.level"\].*\n.*"waiting":\["things.grow_light.line"\]/);
    edit(file, 'things:', 'thigns:');
    agent.signal('SIGHUP');
    await agent.until(/there is no key thigns.*\n.*the old one stays/);
    agent.signal('SIGTERM');
    expectStopped(await agent.ended);
  });

  it('writes its counters at SIGUSR2', async () => {
    const agent = start(['run', '--config', configFor('alloplace://127.0.0.1:9')]);
    await agent.until(/"msg":"ready"/);
    agent.signal('SIGUSR2');
    await agent.until(/"process":\{"uptime_s":\d+,"cpu_ms":\d+,"rss_mib":\d+\}.*"msg":"counters"/);
    expect(agent.stdout).toContain('"thing grow_light":{"missedEdges":0}');
    expect(agent.stdout).toMatch(/"thing microphone":\{"frames":\d+,"dropped":\d+/);
    expect(agent.stdout).toContain('"appliance":{"readingsDropped":0}');
  });
});
