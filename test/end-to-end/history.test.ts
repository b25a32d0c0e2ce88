import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type CliProcess, startCli } from '../support/cli-process.ts';
import { root } from '../support/source-files.ts';
import { expectStopped } from '../support/stopped.ts';
import { visited } from '../support/visited.ts';

const folder = mkdtempSync(join(tmpdir(), 'allo-history-'));
const running: CliProcess[] = [];
afterAll(() => {
  for (const { child } of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function start(...args: string[]): CliProcess {
  const cli = startCli(args, { XDG_STATE_HOME: folder });
  running.push(cli);
  return cli;
}

interface ToldReading {
  readonly seq: number;
  readonly missed: number;
  readonly replayed: boolean;
}

/** The appliance as it is installed: killed, started again with the place away, and asked by a visitor afterwards. */
it('readings outlast a kill, a restart and a place that was away', async () => {
  const config = join(folder, 'config.yaml');
  const example = readFileSync(join(root, 'test/fixtures/config/simulated.yaml'), 'utf8');
  const opened = start('place', '--listen', '127.0.0.1:0');
  await opened.until(/is open at \S+/);
  const url = /is open at (\S+)/.exec(opened.stdout)![1]!;
  writeFileSync(
    config,
    example.replace('alloplace://127.0.0.1:9', url).replace('interval: 1s', 'interval: 100ms'),
  );

  const first = start('run', '--config', config);
  await first.until(/"msg":"joined"/);
  const visit = async (...args: string[]) => {
    const { status, stdout, stderr } = await visited((all) => start(...all), url, [...args, '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    return lines.map((line): unknown => JSON.parse(line));
  };
  const observe = async (...args: string[]) => (await visit('observe', 'weather', ...args)) as ToldReading[];
  const before = await observe('--count', '30');
  first.signal('SIGKILL');
  await first.ended;
  const killedAfter = before.at(-1)!.seq;

  const second = start('run', '--config', config);
  await second.until(/"msg":"joined"/);
  // Until then there are two of the same name.
  await opened.until(/was lost/);
  const replayed = await observe('--since', '600', '--count', '30');
  expect(replayed[0]).toMatchObject({ seq: 1, replayed: true });
  const seqs = replayed.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));

  second.signal('SIGTERM');
  expectStopped(await second.ended);
  const third = start('run', '--config', config);
  await third.until(/"msg":"joined"/);
  const [now] = await observe('--count', '1');
  expect(now!.seq).toBeGreaterThan(killedAfter);
  const [answer] = await visit('history', 'weather');
  const { readings } = answer as { readings: [time: number, value: number][] };
  const span = readings.at(-1)![0] - readings[0]![0];
  expect(readings.length).toBeGreaterThan(30);
  expect(span).toBeGreaterThan(3);
});
