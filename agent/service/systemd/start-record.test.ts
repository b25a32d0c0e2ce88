import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { badStartWindow, mostBadSafeStarts, mostBadStarts, StartRecord } from './start-record.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'allo-starts-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What a daemon that was started anew reads. */
const begin = (nowMs: number) => new StartRecord(directory).begin(nowMs);

describe('the record of starts', () => {
  it('counts the starts that went badly before this one', () => {
    expect([0, 1_000, 3_000, 7_000, 15_000, 31_000].map(begin)).toEqual([0, 1, 2, 3, 4, mostBadStarts]);
  });

  it('forgets them once one has lasted, or was ended on purpose', () => {
    begin(0);
    begin(1_000);
    new StartRecord(directory).clear();
    expect(begin(2_000)).toBe(0);
  });

  it('forgets a bad start after ten minutes', () => {
    begin(0);
    begin(1_000);
    expect(begin(badStartWindow + 1)).toBe(1);
  });

  it('does not grow however long it goes on', () => {
    for (let i = 0; i < 50; i++) expect(begin(i)).toBe(Math.min(i, mostBadSafeStarts + 1));
  });

  it.each(['rubbish', '\n\n', '1e999\nNaN\n', '5\n\0'])('takes %j for what it can be read as', (content) => {
    writeFileSync(join(directory, 'starts'), content);
    expect(begin(10)).toBeLessThanOrEqual(1);
  });

  it('holds up no stop where the record cannot be taken away', () => {
    mkdirSync(join(directory, 'starts'));
    expect(() => new StartRecord(directory).clear()).not.toThrow();
  });

  it('makes its directory where there is none', () => {
    const deep = join(directory, 'a', 'b');
    expect(new StartRecord(deep).begin(0)).toBe(0);
    expect(existsSync(deep)).toBe(true);
  });
});
