import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type CliProcess, runCli, startCli } from '../support/cli-process.ts';
import { root } from '../support/source-files.ts';

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
it('readings outlast a kill, a restart and a place that was away', { timeout: 60_000 }, async () => {
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
  const before = start('visit', url, 'observe', 'weather', '--json', '--count', '30');
  const told = (cli: CliProcess) =>
    cli.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ToldReading);
  expect((await before.ended).status).toBe(0);
  first.signal('SIGKILL');
  await first.ended;
  const killedAfter = told(before).at(-1)!.seq;

  const second = start('run', '--config', config);
  await second.until(/"msg":"joined"/);
  // Until then there are two of the same name.
  await opened.until(/was lost/);
  const after = await runCli([
    'visit',
    url,
    'observe',
    'weather',
    '--json',
    '--since',
    '60',
    '--count',
    '30',
  ]);
  expect(after.stderr).toBe('');
  const replayed = after.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ToldReading);
  expect(replayed[0]).toMatchObject({ seq: 1, replayed: true });
  const seqs = replayed.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));

  second.signal('SIGTERM');
  expect((await second.ended).status).toBe(0);
  const third = start('run', '--config', config);
  await third.until(/"msg":"joined"/);
  const now = start('visit', url, 'observe', 'weather', '--json', '--count', '1');
  await now.ended;
  expect(told(now)[0]!.seq).toBeGreaterThan(killedAfter);
  const { stdout } = await runCli(['visit', url, 'history', 'weather', '--json']);
  const { readings } = JSON.parse(stdout) as { readings: [time: number, value: number][] };
  const span = readings.at(-1)![0] - readings[0]![0];
  expect(readings.length).toBeGreaterThan(30);
  expect(span).toBeGreaterThan(3);
});
