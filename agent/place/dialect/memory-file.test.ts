import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialects } from '../../wire/dialect.ts';
import { DialectMemoryFile, MOST_PLACES } from './memory-file.ts';

const garden = 'alloplace://garden';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dialects-'));
  file = join(folder, 'made', 'on', 'demand', 'dialects.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the file of dialects', () => {
  it('is read by the next process', () => {
    new DialectMemoryFile(file).remember(garden, dialects.v3);
    new DialectMemoryFile(file).remember('alloplace://shed', dialects.documented);
    const memory = new DialectMemoryFile(file);
    expect(memory.recall(garden)).toBe(dialects.v3);
    expect(memory.recall('alloplace://shed')).toBe(dialects.documented);
    expect(memory.recall('alloplace://nowhere')).toBeUndefined();
    expect(readdirSync(join(file, '..'))).toEqual(['dialects.json']);
  });

  it('forgets what was found before when the place is found to speak something else', () => {
    const memory = new DialectMemoryFile(file);
    memory.remember(garden, dialects.v3);
    memory.remember(garden, dialects.v4);
    expect(new DialectMemoryFile(file).recall(garden)).toBe(dialects.v4);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ [garden]: 'v4' });
  });

  it.each([
    'not JSON',
    '[]',
    '{"alloplace://garden": 3}',
    '{"alloplace://garden": "v9"}',
    '{"alloplace://garden": "__proto__"}',
    `{"alloplace://garden": "${'v'.repeat(100_000)}"}`,
    '\0\xff',
    '',
  ])('that is broken (%.30j) remembers nothing, and is written anew', (text) => {
    file = join(folder, 'dialects.json');
    writeFileSync(file, text);
    const memory = new DialectMemoryFile(file);
    expect(memory.recall(garden)).toBeUndefined();
    memory.remember(garden, dialects.v2);
    expect(new DialectMemoryFile(file).recall(garden)).toBe(dialects.v2);
  });

  it.each<[string, (path: string) => void]>([
    ['folder', (path) => mkdirSync(path)],
    ['device without end', (path) => symlinkSync('/dev/zero', path)],
    ['FIFO, which nobody waits for', (path) => void execFileSync('mkfifo', [path])],
    ['link to nothing', (path) => symlinkSync('/nowhere/at/all', path)],
  ])('that is a %s remembers nothing', (_what, make) => {
    file = join(folder, 'dialects.json');
    make(file);
    const memory = new DialectMemoryFile(file);
    expect(memory.recall(garden)).toBeUndefined();
    memory.remember(garden, dialects.v2);
    expect(memory.recall(garden)).toBe(dialects.v2);
  });

  it('that cannot be written does no harm: it says why, and the process remembers', () => {
    writeFileSync(join(folder, 'made'), 'a file where a folder should be');
    const failures: unknown[] = [];
    const memory = new DialectMemoryFile(file, (error) => failures.push(error));
    memory.remember(garden, dialects.v3);
    expect(failures).toHaveLength(1);
    expect(memory.recall(garden)).toBe(dialects.v3);
  });

  it('keeps a bounded number of places, those found last', () => {
    const memory = new DialectMemoryFile(file);
    for (let n = 0; n < MOST_PLACES + 5; n++) memory.remember(`alloplace://place-${n}`, dialects.v3);
    expect(memory.recall('alloplace://place-4')).toBeUndefined();
    expect(memory.recall('alloplace://place-5')).toBe(dialects.v3);
  });
});
