import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import { CliProcess, startCli } from '../support/cli-process.ts';
import { timed } from '../support/lateness.ts';
import { mainScript } from '../support/program.ts';
import { root } from '../support/source-files.ts';
import { visited } from '../support/visited.ts';

/*
 * A daemon that is killed with SIGKILL while an output is on, and started again in the same boot of the machine; the
 * lines of its simulated GPIO outlast it.
 */
const maxOn = 6_000;

const folder = mkdtempSync(join(tmpdir(), 'allo-outputs-kill-'));
const lines = join(folder, 'lines');
const running: CliProcess[] = [];
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  rmSync(folder, { recursive: true });
});

function startDaemon(): CliProcess {
  const script = join(root, 'test/support/lasting-lines.mjs');
  const built = dirname(dirname(mainScript));
  const args = [script, built, lines, 'run', '--config', join(folder, 'config.yaml')];
  const env = { ...process.env, NO_COLOR: '1', XDG_STATE_HOME: join(folder, 'state') };
  const daemon = new CliProcess(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env }));
  running.push(daemon);
  return daemon;
}

interface Change {
  readonly line: string;
  readonly high: boolean;
  /** ms */
  readonly at: number;
}

function changes(line: string): Change[] {
  const all = readFileSync(lines, 'utf8').trimEnd().split('\n');
  return all.map((text) => JSON.parse(text) as Change).filter((change) => change.line === line);
}

/** Since when the daemon counts the output as on, ms. */
function rememberedSince(key: string): number {
  const text = readFileSync(join(folder, 'state', 'allo-agent', 'outputs.json'), 'utf8');
  return (JSON.parse(text) as { outputs: Record<string, { onSince: number }> }).outputs[key]!.onSince;
}

describe('outputs of a daemon that is killed', () => {
  it('are found as they are, and go off when they would have gone off anyhow', async () => {
    const place = startCli(['place', '--listen', '127.0.0.1:0', '--name', 'Garden']);
    running.push(place);
    await place.until(/is open at \S+\n/);
    const url = /is open at (\S+)/.exec(place.stdout)![1]!;
    const visit = async (...args: string[]) => {
      const start = (all: readonly string[]) => {
        const visitor = startCli(all);
        running.push(visitor);
        return visitor;
      };
      return visited(start, url, [...args, '--json']);
    };
    writeFileSync(
      join(folder, 'config.yaml'),
      `place: { url: "${url}" }
display_name: Well
things:
  - { id: pump, driver: gpio, backend: simulated, line: GPIO5, direction: out, max_on: ${maxOn}ms }
  - { id: lamp, driver: gpio, backend: simulated, line: GPIO6, direction: out, on_start: on }
`,
    );

    const first = startDaemon();
    await first.until(/"msg":"joined"/);
    expect(changes('GPIO6').map(({ high }) => high)).toEqual([true]);
    expect(await visit('write', 'lamp.on', 'off')).toMatchObject({ status: 0, stderr: '' });
    void visit('write', 'pump.on', 'on');
    await expect.poll(() => changes('GPIO5')).toHaveLength(1);
    first.signal('SIGKILL');
    await first.ended;
    expect(changes('GPIO5').map(({ high }) => high)).toEqual([true]);
    const begun = rememberedSince('pump.on');

    const second = startDaemon();
    await second.until(/"msg":"ready"/);
    const ready = systemTime.now();
    const { late } = await timed(() => second.until(/"why":"max_on"/));
    const [on, off] = changes('GPIO5') as [Change, Change];
    expect(changes('GPIO5').map(({ high }) => high)).toEqual([true, false]);
    // It counts from when the command was taken, which is remembered before the line is switched.
    expect(begun).toBeLessThanOrEqual(on.at);
    const lasted = off.at - begun;
    console.log(
      `    went on ${Math.round(on.at - begun)} ms after the command, killed, ready again after ${Math.round(ready - begun)} ms, off after ${lasted.toFixed(1)} ms`,
    );
    // Timers count whole milliseconds.
    expect(lasted).toBeGreaterThanOrEqual(maxOn - 1);
    // A machine so busy that the daemon was not back in time switches off at its start.
    expect(lasted).toBeLessThan(Math.max(maxOn, ready - begun) + 1_000 + late);
    // on_start is for the start of the machine.
    expect(changes('GPIO6').map(({ high }) => high)).toEqual([true, false]);
  });
});
