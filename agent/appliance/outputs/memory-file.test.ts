import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutputRecord } from './memory.ts';
import { OutputMemoryFile } from './memory-file.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'allo-outputs-'));
  file = join(directory, 'state', 'outputs.json');
});
afterEach(() => {
  chmodSync(directory, 0o700);
  rmSync(directory, { recursive: true });
});

const memory = (bootId = 'this boot') => new OutputMemoryFile({ file, bootId });
const pump = { onSince: 1_000.5 };
const records = new Map([['pump.on', pump]]);

describe('outputs in a file', () => {
  it('are there for the next daemon, and nothing else is left beside', () => {
    memory().save(records);
    expect(memory().load()).toEqual({ outputs: records, asFound: false });
    const more = new Map<string, OutputRecord>([
      ['pump.on', { onSince: 1, pulseFrom: 2 }],
      ['valve.on', { offSince: 3, starting: true }],
      ['strike.on', { lostSince: 4 }],
    ]);
    memory().save(more);
    expect(memory().load().outputs).toEqual(more);
    expect(readdirSync(join(directory, 'state'))).toEqual(['outputs.json']);
  });

  it('are none at first, and of another boot', () => {
    const none = { outputs: new Map(), asFound: false };
    expect(memory().load()).toEqual(none);
    memory('another boot').save(records);
    const now = memory();
    expect(now.load()).toEqual(none);
    expect(now.fault).toBeUndefined();
  });

  it.each([
    '',
    '{"boot":"this bo',
    '{"boot":"this boot","outputs":{"pump.on":{"onSince":"yes"}}}',
    '\0\0\0\0',
  ])('are none where the file is broken, with a fault until it is written again: %j', (text) => {
    memory().save(records);
    writeFileSync(file, text);
    const now = memory();
    expect(now.load()).toEqual({ outputs: new Map(), asFound: false });
    expect(now.fault).toMatchObject({ code: 'ALLO_E_OUTPUT_MEMORY', reason: expect.stringContaining(file) });
    now.save(records);
    expect(now.fault).toBeUndefined();
    expect(memory().load().outputs).toEqual(records);
  });

  it('are taken as they are found where the file cannot be read', () => {
    mkdirSync(file, { recursive: true });
    const now = memory();
    expect(now.load()).toEqual({ outputs: new Map(), asFound: true });
    expect(now.fault?.reason).toContain('they stay as they are');
  });

  it('fail without throwing where nothing can be written', () => {
    writeFileSync(join(directory, 'state'), 'not a folder');
    const now = memory();
    now.save(records);
    expect(now.fault?.reason).toContain('outputs cannot be remembered');
  });

  it('are not trusted with what is to wait where the file cannot be replaced', () => {
    const more = new Map<string, OutputRecord>([...records, ['valve.on', { offSince: 6 }]]);
    memory().save(more);
    // What takes the place of the file that would replace it.
    mkdirSync(`${file}.next`);
    const text = readFileSync(file, 'utf8');
    const now = memory();
    expect(now.load()).toEqual({
      outputs: new Map([
        ['pump.on', { onSince: 1_000.5 }],
        ['valve.on', {}],
      ]),
      asFound: false,
    });
    expect(now.fault).toBeDefined();
    expect(text).toContain('this boot');
  });
});
