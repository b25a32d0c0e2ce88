import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DiskHistory } from '../../agent/appliance/history/disk-history.ts';
import { systemWallClock } from '../../agent/appliance/history/wall-clock.ts';
import { systemTime } from '../../agent/time/system-time.ts';
import { mainScript } from '../support/program.ts';
import { root } from '../support/source-files.ts';

/** How often it is killed: three times, or HISTORY_KILLS. */
const kills = Number(process.env.HISTORY_KILLS ?? 3);

const folder = mkdtempSync(join(tmpdir(), 'allo-history-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Taken {
  readonly key: string;
  readonly seq: number;
  /** ms */
  readonly time: number;
}

/** What a writer says it took until it was killed, `after` ms after its first reading. */
async function killed(after: number): Promise<Taken[]> {
  const script = join(root, 'test/support/history-writer.mjs');
  const built = dirname(dirname(mainScript));
  const writer = spawn(process.execPath, [script, built, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const first = new Promise<void>((resolve) => {
    writer.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      resolve();
    });
  });
  await Promise.race([first, once(writer, 'exit')]);
  setTimeout(() => writer.kill('SIGKILL'), after);
  await once(writer, 'close');
  const whole = said.slice(0, said.lastIndexOf('\n')).split('\n');
  return whole.map((line) => {
    const [key, seq, time] = line.split(' ') as [string, string, string];
    return { key, seq: Number(seq), time: Number(time) };
  });
}

/** Which of them are there, looked up as the next daemon would. */
async function foundOf(taken: readonly Taken[]): Promise<Taken[]> {
  const history = new DiskHistory({
    directory: folder,
    size: 64 * 1024 ** 2,
    keepMs: 86_400e3,
    time: systemTime,
    wall: systemWallClock(),
    placeOffset: () => undefined,
    log: { info: () => {}, warn: () => {} },
  });
  await history.open([]);
  expect(history.fault).toBeUndefined();
  const found: Taken[] = [];
  for (const key of new Set(taken.map((one) => one.key))) {
    const own = taken.filter((one) => one.key === key);
    const kept = await history.following(key, { afterSeq: own[0]!.seq - 1 }, own.length + 1_000);
    const numbers = new Set(kept.map(({ seq }) => seq));
    found.push(...own.filter(({ seq }) => numbers.has(seq)));
  }
  await history.close();
  return found;
}

/** For how much of the time from the first of `times` to the last the writer ran, ms: each step is one of 5 ms. */
function running(times: readonly number[]): number {
  const steps = times.slice(1).map((time, index) => time - times[index]!);
  return steps.reduce((sum, step) => sum + Math.min(step, 20), 0);
}

describe('a history whose process is killed while it writes', () => {
  it('opens, has lost the last second at most, and never gives a number twice', {
    timeout: kills * 60_000,
  }, async () => {
    const given = new Set<string>();
    const totals = { taken: 0, found: 0, lost: 0, longest_loss_ms: 0 };
    for (let round = 0; round < kills; round++) {
      const taken = await killed(200 + Math.random() * 3_300);
      const found = await foundOf(taken);
      const numbers = taken.map(({ key, seq }) => `${key} ${seq}`);
      expect(numbers.filter((number) => given.has(number))).toEqual([]);
      for (const number of numbers) given.add(number);
      const kept = new Set(found.map(({ key, seq }) => `${key} ${seq}`));
      const lost = taken.filter(({ key, seq }) => !kept.has(`${key} ${seq}`));
      const since = Math.min(...lost.map(({ time }) => time));
      const loss = running(taken.map(({ time }) => time).filter((time) => time >= since));
      // Half a second beside the one between writes, in which a busy machine writes.
      expect(loss).toBeLessThan(1_500);
      totals.taken += taken.length;
      totals.found += found.length;
      totals.lost += lost.length;
      totals.longest_loss_ms = Math.max(totals.longest_loss_ms, Math.round(loss));
    }
    expect(totals.taken).toBe(given.size);
    expect(totals.found + totals.lost).toBe(totals.taken);
    if (process.env.HISTORY_KILLS) console.log(kills, 'kills:', totals);
  });
});
