import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Quality, Value } from '../../../devices/thing.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import { DiskHistory } from './disk-history.ts';
import type { PlaceOffset } from './segment-line.ts';

/** Real folders and files; time is virtual, so that writes happen when a test says so. */
const key = 'board.temperature';
const day = 86_400e3;

let parent: string;
let folder: string;
let time: VirtualTime;
let utc: number | undefined;
let bootId: string;
let place: PlaceOffset | undefined;
let log: string[];
let open: DiskHistory[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'allo-history-'));
  folder = join(parent, 'history');
  time = new VirtualTime(1e6);
  // As far from the monotonic clock as the first boot of these tests has it.
  utc = 1.8e12;
  bootId = 'first';
  place = undefined;
  log = [];
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map((history) => history.close()));
  rmSync(parent, { recursive: true });
});

function history({ directory = folder, size = 64 * 1024 ** 2, keepMs = 7 * day } = {}): DiskHistory {
  const note = (fields: object, message: string) =>
    log.push(`${message} ${(fields as { code?: string }).code}`);
  const made = new DiskHistory({
    directory,
    size,
    keepMs,
    time,
    wall: {
      bootId,
      now: () => (utc ?? 0) + time.now(),
      synchronised: () => utc !== undefined,
    },
    placeOffset: () => place,
    log: { info: note, warn: note },
  });
  open.push(made);
  return made;
}

async function opened(options: Parameters<typeof history>[0] = {}): Promise<DiskHistory> {
  const made = history(options);
  await made.open([key]);
  return made;
}

function take(into: DiskHistory, value: Value | null, quality: Quality = 'good'): number {
  const seq = into.nextSeq(key);
  into.add(key, { seq, time: time.now(), value, quality });
  return seq;
}

function takeMany(into: DiskHistory, values: number): void {
  for (let value = 1; value <= values; value++) take(into, value);
}

const valuesOf = (readings: readonly { value: unknown }[]) => readings.map(({ value }) => value);
const all = async (from: DiskHistory) => valuesOf(await from.following(key, { afterSeq: 0 }, 100_000));
const curve = (from: DiskHistory) => from.between(key, -Infinity, Infinity, 100_000);
const written = (by: DiskHistory, count: number) =>
  expect.poll(() => by.counters, { interval: 2 }).toMatchObject({ written: count, waiting: 0 });
const segments = (of = folder) =>
  readdirSync(of)
    .filter((name) => name.endsWith('.log'))
    .sort();

/** What would be found had the process been killed now. */
function afterKill(): string {
  const copy = join(parent, 'copy');
  cpSync(folder, copy, { recursive: true });
  return copy;
}

describe('a history on disk', () => {
  it('is there again after a restart, and goes on counting where it was', async () => {
    const before = await opened();
    for (const value of [20, 21, 22]) take(before, value);
    await before.close();
    const after = await opened();
    expect(take(after, 23)).toBe(4);
    expect(await all(after)).toEqual([20, 21, 22, 23]);
  });

  it('gives the newest of a span, oldest first, and says whether that was all', async () => {
    const one = await opened();
    for (let second = 0; second < 10; second++) {
      take(one, second);
      await time.advance(1_000);
    }
    await written(one, 10);
    const start = 1e6;
    const some = await one.between(key, start + 2_000, start + 4_000, 100);
    expect([valuesOf(some.readings), some.complete]).toEqual([[2, 3, 4], true]);
    const newest = await one.between(key, -Infinity, Infinity, 2);
    expect([valuesOf(newest.readings), newest.complete]).toEqual([[8, 9], false]);
    expect((await one.between('board.other', -Infinity, Infinity, 2)).readings).toEqual([]);
  });

  it('gives what was not written yet as well', async () => {
    const one = await opened();
    take(one, 20);
    await time.advance(1_000);
    await written(one, 1);
    take(one, 21);
    expect(await all(one)).toEqual([20, 21]);
    expect(valuesOf((await curve(one)).readings)).toEqual([20, 21]);
  });

  it('draws no curve through a reading without a value, but counts it among those missed', async () => {
    const one = await opened();
    take(one, null, 'fault');
    take(one, 7, 'stale');
    expect(valuesOf((await curve(one)).readings)).toEqual([7]);
    expect(await one.following(key, { afterSeq: 0 }, 10)).toMatchObject([
      { value: null, quality: 'fault' },
      { value: 7, quality: 'stale' },
    ]);
  });

  it('writes at most once a second', async () => {
    const one = await opened();
    take(one, 1);
    await time.advance(999);
    take(one, 2);
    expect(one.counters).toMatchObject({ written: 0 });
    await time.advance(1);
    await written(one, 2);
    take(one, 3);
    await time.advance(500);
    expect(one.counters).toMatchObject({ written: 2, waiting: 1 });
  });

  it('answers no more than so many questions at once', async () => {
    const one = await opened();
    const asked = await Promise.allSettled(Array.from({ length: 40 }, () => curve(one)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(32);
    expect(asked.at(-1)).toMatchObject({ reason: { code: 'ALLO_E_HISTORY_BUSY' } });
  });
});

describe('numbers of readings', () => {
  it('never come twice, also where the process was killed after giving some that were not written', async () => {
    const one = await opened();
    const given = new Set<number>();
    for (let value = 0; value < 1_000; value++) given.add(take(one, value));
    const after = await opened({ directory: afterKill() });
    expect(await all(after)).toEqual([]);
    const next = take(after, 0);
    expect(given).not.toContain(next);
    expect(next).toBeGreaterThan(Math.max(...given));
    expect(next).toBeLessThan(3_000);
  });

  it('never come twice where the newest segment is damaged, or nothing can be read or written at all', async () => {
    const one = await opened();
    for (let value = 0; value < 10; value++) take(one, value);
    const copy = afterKill();
    const path = join(copy, segments(copy).at(-1)!);
    writeFileSync(path, readFileSync(path).fill(0x20, 4, 12));
    expect(take(await opened({ directory: copy }), 0)).toBeGreaterThan(1e12);
    const file = join(parent, 'file');
    writeFileSync(file, '');
    const nowhere = await opened({ directory: file });
    const first = take(nowhere, 0);
    expect(first).toBeGreaterThan(1e12);
    expect(take(nowhere, 0)).toBe(first + 1);
  });
});

describe('what is kept', () => {
  it('stays within its size: the oldest go, are counted, and are missed in the answer', async () => {
    const one = await opened({ size: 1024 ** 2 });
    for (let round = 0; round < 60; round++) {
      takeMany(one, 500);
      await time.advance(1_000);
      await written(one, 500 * (round + 1));
    }
    const { dropped, size_bytes: size } = one.counters;
    expect(size).toBeLessThan(1.1 * 1024 ** 2);
    expect(dropped).toBeGreaterThan(1_000);
    const { readings, complete } = await curve(one);
    expect(readings).toHaveLength(30_000 - dropped!);
    expect(complete).toBe(false);
    expect((await one.between(key, readings[0]!.time, Infinity, 100_000)).complete).toBe(true);
    expect(segments().length).toBeLessThan(40);
  });

  it('goes when it is older than it is to be kept, within a thirtieth of that', async () => {
    const one = await opened({ keepMs: 32 * 3_600e3 });
    for (let hour = 1; hour <= 100; hour++) {
      take(one, hour);
      await time.advance(3_600e3);
      await written(one, hour);
    }
    const kept = (await all(one)) as number[];
    expect(kept.at(-1)).toBe(100);
    expect(kept[0]).toBeGreaterThan(100 - 36);
    expect(kept[0]).toBeLessThanOrEqual(100 - 32 + 1);
    expect(one.counters.dropped).toBe(100 - kept.length);
  });
});

describe('readings of an earlier boot', () => {
  /** A board takes a reading, and starts again an hour later with its monotonic clock at 100 s. */
  async function restart(): Promise<void> {
    const before = await opened();
    take(before, 20);
    await time.advance(1_000);
    await written(before, 1);
    await before.close();
    const takenAt = time.now() - 1_000;
    bootId = 'second';
    const monotonicHere = 100e3;
    const elapsed = 3_600e3;
    utc = utc === undefined ? undefined : utc + takenAt + elapsed - monotonicHere;
    if (place) place = { ...place, offset: place.offset + takenAt + elapsed - monotonicHere };
    time = new VirtualTime(monotonicHere);
  }

  it('are dated by UTC where the board had it both times', async () => {
    await restart();
    const after = await opened();
    expect(await curve(after)).toMatchObject({ readings: [{ value: 20, time: -3_500e3 }], complete: true });
  });

  it('are dated by the clock of the place where it ran through', async () => {
    utc = undefined;
    place = { url: 'alloplace://garden', offset: 5e6 };
    await restart();
    const after = await opened();
    expect(await curve(after)).toMatchObject({ readings: [{ value: 20, time: -3_500e3 }], complete: true });
  });

  it('have no date where the place began anew, or nothing is known: that is said, and they are not lost', async () => {
    utc = undefined;
    place = { url: 'alloplace://garden', offset: 5e6 };
    await restart();
    place = { url: 'alloplace://garden', offset: -100e3 };
    const after = await opened();
    expect(await curve(after)).toEqual({ readings: [], complete: false });
    expect(await after.following(key, { afterSeq: 0 }, 9)).toMatchObject([{ value: 20, time: undefined }]);
    expect((await after.between(key, 0, Infinity, 9)).complete).toBe(true);
  });
});

describe('damage', () => {
  it('costs what it hit: a torn line, garbage amid lines, a summary that is none, an empty segment', async () => {
    for (const value of [1, 2, 3]) {
      const one = await opened();
      take(one, value);
      take(one, value + 0.5);
      await one.close();
    }
    const [first, second, third] = segments().map((name) => join(folder, name)) as [string, string, string];
    const summary = (of: string) => of.replace('.log', '.summary');
    writeFileSync(summary(first), '{"size":');
    rmSync(summary(second));
    const bytes = readFileSync(second);
    bytes.fill(0xff, bytes.indexOf(',2]') - 4, bytes.indexOf(',2]') + 2);
    writeFileSync(second, bytes);
    appendFileSync(third, '0123abcd ["board.temp');
    writeFileSync(join(folder, '00000099.log'), '');
    const after = await opened();
    expect(await all(after)).toEqual([1, 1.5, 2.5, 3, 3.5]);
    expect(log).toContain('part of the history cannot be read, and is left out ALLO_E_HISTORY_DAMAGED');
    expect(take(after, 4)).toBe(7);
    await after.close();
    expect(await all(await opened())).toEqual([1, 1.5, 2.5, 3, 3.5, 4]);
  });

  it('does not hide behind a right checksum: a line of another make is left out too', async () => {
    const one = await opened();
    take(one, 1);
    await one.close();
    const path = join(folder, segments()[0]!);
    // CRC-32 of `[1]` and `null`.
    appendFileSync(path, 'd8f1a4b6 [1]\n4be8bf3b null\n');
    expect(await all(await opened())).toEqual([1]);
  });
});

describe('two on one folder', () => {
  it('do not meet: the second says so, keeps readings in memory, and writes them once the first has ended', async () => {
    const first = await opened();
    take(first, 1);
    const second = await opened();
    expect(second.fault?.code).toBe('ALLO_E_HISTORY_LOCKED');
    expect(log).toContain('readings are kept in memory only ALLO_E_HISTORY_LOCKED');
    take(second, 2);
    expect(await all(second)).toEqual([2]);
    await first.close();
    await time.advance(10_000);
    await expect.poll(() => second.fault).toBeUndefined();
    expect(await all(second)).toEqual([1, 2]);
    expect(log).toContain('readings are kept on disk again undefined');
  });
});
