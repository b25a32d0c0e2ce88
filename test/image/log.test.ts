import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Card } from './card.ts';

let card: Card;
beforeEach(() => {
  card = new Card();
});
afterEach(() => card.remove());

const log = 'boot/allo-agent-log.txt';
const look = (env: Record<string, string> = {}) => card.run('boot-log', { env });
function unit(statusText: string, { active = 'active', result = 'success', exit = 0 } = {}) {
  card.write(
    'unit',
    `Result=${result}\nExecMainStatus=${exit}\nNRestarts=0\nStatusText=${statusText}\nActiveState=${active}\nSubState=running\n`,
  );
}
/** Whether this user may mount. */
const mayMount = spawnSync('unshare', ['--mount', 'true']).status === 0;
const upFor = (seconds: number) => card.write('uptime', `${seconds}.00 1.00\n`);

describe('allo-agent-log.txt', () => {
  it('says that all is well, when, and where to find it', async () => {
    unit('in Garden at alloplace://garden.example; clock ±1.2 ms; no faults');
    card.write('journal', '2026-01-01T00:00:00+00:00 allo-agent[400]: joined\n');
    await look();
    const text = card.read(log)!;
    expect(text).toMatch(/^allo-agent .*, told at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, 90 s after power-on\n/);
    expect(text).toContain(
      '\nAll is well: joined, in Garden at alloplace://garden.example; clock ±1.2 ms; no faults\n',
    );
    expect(text).toContain('Name in this network: allo-agent.local');
    expect(text).toContain('192.168.1.20/24');
    expect(text).toContain('allo-agent[400]: joined');
  });

  it.each([
    ['joining alloplace://x (nobody answers)', {}, 'Not joined: joining alloplace://x (nobody answers)'],
    ['in Garden at x; fault: door: busy', {}, 'Joined, with faults, in Garden at x; fault: door: busy'],
    ['safe mode: 5 starts went badly; in x', {}, 'Safe mode: safe mode: 5 starts went badly; in x'],
    [
      '',
      { active: 'failed', result: 'exit-code', exit: 78 },
      'exit status 78; the configuration cannot be used',
    ],
    ['', { active: 'inactive' }, 'allo-agent is not started'],
  ])('says what is the matter: %s %j', async (text, state, verdict) => {
    unit(text, state);
    await look();
    expect(card.read(log)).toContain(verdict);
  });

  it('waits a minute before it says that the place was not joined', async () => {
    unit('joining alloplace://x');
    upFor(40);
    await look();
    expect(card.read(log)).toBeUndefined();
  });

  it('tells at once what is wrong with the files beside it', async () => {
    unit('', { active: 'activating' });
    upFor(20);
    card.write('run/config.problems', 'allo-agent.yaml:3:1: wrong\n');
    card.write('run/network.problems', 'network.conf:1: unknown key WIFI_SID\n');
    await look();
    expect(card.read(log)).toContain('allo-agent.yaml:3:1: wrong\nnetwork.conf:1: unknown key WIFI_SID\n');
  });

  it('says that no place was written down yet', async () => {
    card.write('etc/allo-agent/config.yaml', 'place:\n  url: alloplace://place.example\n');
    unit('joining alloplace://place.example (not found)');
    await look();
    expect(card.read(log)).toContain('names no place yet');
  });

  it('is written only where there is news', async () => {
    unit('in Garden at x; clock ±1.2 ms; no faults');
    await look();
    const { mtimeNs, ino } = statSync(card.path(log), { bigint: true });
    unit('in Garden at x; clock ±3.4 ms; no faults');
    card.write('journal', 'more\n');
    await look();
    expect(statSync(card.path(log), { bigint: true })).toMatchObject({ mtimeNs, ino });
  });

  it('is written ever more seldom where there is news all the time', async () => {
    let writes = 0;
    let before: string | undefined;
    for (let minute = 1; minute <= 60; minute += minute < 6 ? 1 : 5) {
      upFor(minute * 60);
      unit(`in Garden at x; fault: door: ${minute}`);
      await look();
      if (card.read(log) !== before) writes++;
      before = card.read(log);
    }
    expect(writes).toBeGreaterThanOrEqual(6);
    expect(writes).toBeLessThanOrEqual(8);
  });

  it('stays below 64 KiB', async () => {
    unit(`joining x (${'y'.repeat(100_000)})`);
    card.write('journal', `${'x'.repeat(10_000)}\n`.repeat(500));
    card.write('run/config.problems', 'z'.repeat(100_000));
    await look();
    expect(statSync(card.path(log)).size).toBeLessThan(65_536);
  });

  it('goes to the boot partition and nowhere else', async () => {
    unit('in x');
    await look({ WRITE_PROTECTED: 'yes' });
    expect(card.list('boot')).toEqual(['config.txt']);
    rmSync(card.path('boot/config.txt'));
    await look();
    expect(card.list('boot')).toEqual([]);
  });

  it.runIf(mayMount)(
    'on a partition that is full leaves what was there, and nothing half written',
    async () => {
      unit('in x');
      card.write('journal', 'a line of the log\n'.repeat(2_000));
      const full =
        '/bin/mount -t tmpfs -o size=12k tmpfs "$ALLO_BOOT"; cd "$ALLO_BOOT"; echo >config.txt; echo before >allo-agent-log.txt;' +
        '"$@"; status=$?; { ls; cat allo-agent-log.txt; } >"$ALLO_BOOT/../left"; exit $status';
      const { status, stderr } = await card.run('boot-log', {
        by: ['unshare', '--mount', 'sh', '-c', full, 'sh'],
      });
      expect(status).toBe(0);
      expect(stderr).toContain('allo-agent-log.txt cannot be written');
      expect(card.read('left')).toBe('allo-agent-log.txt\nconfig.txt\nbefore\n');
    },
  );

  it('makes the partition writable for that moment only', async () => {
    unit('in x');
    await look();
    const mounts = card
      .read('calls')!
      .split('\n')
      .filter((call) => /^(mount|mv)/.test(call));
    const boot = card.path('boot');
    expect(mounts).toEqual([
      `mount -o remount,rw ${boot}`,
      `mv -fT ${boot}/allo-agent-log.txt.new ${boot}/allo-agent-log.txt`,
      `mount -o remount,ro ${boot}`,
    ]);
  });
});
