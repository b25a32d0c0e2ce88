import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskHistory } from '../agent/appliance/history/disk-history.ts';
import { VirtualTime } from '../agent/time/virtual-time.ts';

/** A file system of one mebibyte that really gets full, or read-only. Only root can make one. */
const key = 'board.temperature';

let disk: string;
let time: VirtualTime;
let log: string[];
let history: DiskHistory | undefined;

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' });
}

const canMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'allo-mount-'));
  try {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder);
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
})();

async function open(): Promise<DiskHistory> {
  const wall = { bootId: 'boot', now: () => 1.8e12 + time.now(), synchronised: () => true };
  const note = (fields: object, message: string) =>
    log.push(`${message} ${(fields as { code?: string }).code}`);
  history = new DiskHistory({
    directory: join(disk, 'history'),
    size: 1024 ** 3,
    keepMs: 86_400e3,
    time,
    wall,
    placeOffset: () => undefined,
    log: { info: note, warn: note },
  });
  await history.open([key]);
  return history;
}

function take(into: DiskHistory, count: number): void {
  for (let i = 0; i < count; i++)
    into.add(key, { seq: into.nextSeq(key), time: time.now(), value: i, quality: 'good' });
}

async function numbersIn(from: DiskHistory): Promise<number[]> {
  return (await from.following(key, { afterSeq: 0 }, 1e6)).map(({ seq }) => seq);
}

const rising = (numbers: readonly number[]) =>
  numbers.every((seq, index) => index === 0 || seq > numbers[index - 1]!);

describe.skipIf(!canMount)('a history on a disk', () => {
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'allo-disk-'));
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk);
    time = new VirtualTime(1e6);
    log = [];
  });

  afterEach(async () => {
    await history?.close();
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  it('that gets full goes on in memory, says so, and writes all once there is room', async () => {
    const one = await open();
    take(one, 100);
    await time.advance(1_000);
    await expect.poll(() => one.counters).toMatchObject({ written: 100 });
    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(2 * 1024 ** 2))).toThrow('ENOSPC');
    take(one, 2_000);
    await time.advance(1_000);
    await expect.poll(() => one.fault).toMatchObject({ code: 'ALLO_E_HISTORY_WRITE' });
    expect(one.fault?.reason).toContain('ENOSPC');
    expect(log).toEqual(['readings are kept in memory only ALLO_E_HISTORY_WRITE']);
    expect(await numbersIn(one)).toHaveLength(2_100);
    rmSync(filler);
    await time.advance(10_000);
    await expect.poll(() => one.fault).toBeUndefined();
    expect(one.counters).toMatchObject({ written: 2_100, waiting: 0, lost: 0 });
    await one.close();
    const numbers = await numbersIn(await open());
    expect(numbers).toHaveLength(2_100);
    expect(rising(numbers)).toBe(true);
  });

  it('that stays full keeps the newest 20000 readings and counts what it forgets', async () => {
    const one = await open();
    expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(2 * 1024 ** 2))).toThrow('ENOSPC');
    take(one, 25_000);
    await time.advance(1_000);
    await expect.poll(() => one.fault).toBeDefined();
    expect(one.counters).toMatchObject({ waiting: 20_000, lost: 5_000 });
    expect((await one.between(key, -Infinity, Infinity, 100_000)).complete).toBe(false);
  });

  it('that becomes read-only, and one that is so from the start, can still be read', async () => {
    const one = await open();
    take(one, 5);
    await one.close();
    mount('-o', 'remount,ro', disk);
    const two = await open();
    expect(two.fault).toMatchObject({
      code: 'ALLO_E_HISTORY_WRITE',
      reason: expect.stringContaining('EROFS'),
    });
    take(two, 5);
    const numbers = await numbersIn(two);
    expect(numbers).toHaveLength(10);
    expect(rising(numbers)).toBe(true);
    mount('-o', 'remount,rw', disk);
    await time.advance(10_000);
    await expect.poll(() => two.fault).toBeUndefined();
    await two.close();
    expect(await numbersIn(await open())).toEqual(numbers);
  });

  it('whose folder is not one is tried again until it is', async () => {
    writeFileSync(join(disk, 'history'), '');
    const one = await open();
    expect(one.fault?.code).toBe('ALLO_E_HISTORY_WRITE');
    take(one, 3);
    rmSync(join(disk, 'history'));
    mkdirSync(join(disk, 'history'));
    await time.advance(10_000);
    await expect.poll(() => one.counters).toMatchObject({ written: 3 });
  });
});
