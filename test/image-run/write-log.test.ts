import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { applyPowerCut } from './write-log.ts';

const sector = 512;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

interface Entry {
  readonly sector?: number;
  readonly sectors?: number;
  readonly flags?: number;
  /** Every byte of the data. */
  readonly fill?: string;
}

/** A log as QEMU writes it. */
function logOf(entries: readonly Entry[]): string {
  const head = Buffer.alloc(sector);
  head.writeBigUInt64LE(0x6a_7366_7773_6872n, 0);
  head.writeBigUInt64LE(1n, 8);
  head.writeBigUInt64LE(BigInt(entries.length), 16);
  head.writeUInt32LE(sector, 24);
  const parts = entries.map(({ sector: at = 0, sectors = 0, flags = 0, fill }) => {
    const entry = Buffer.alloc(sector);
    entry.writeBigUInt64LE(BigInt(at), 0);
    entry.writeBigUInt64LE(BigInt(sectors), 8);
    entry.writeBigUInt64LE(BigInt(flags), 16);
    return Buffer.concat([
      entry,
      fill === undefined ? Buffer.alloc(0) : Buffer.alloc(sectors * sector, fill),
    ]);
  });
  const path = join(folder, 'log');
  writeFileSync(path, Buffer.concat([head, ...parts]));
  return path;
}

/** The first letter of each sector of the card, after the cut. */
function cut(entries: readonly Entry[], random: () => number) {
  const card = join(folder, 'card');
  writeFileSync(card, Buffer.alloc(8 * sector, '.'));
  const fate = applyPowerCut(logOf(entries), card, random);
  const bytes = readFileSync(card);
  return {
    fate,
    card: Array.from({ length: 8 }, (_, n) => String.fromCharCode(bytes[n * sector]!)).join(''),
  };
}

const flush: Entry = { flags: 1 };
const everythingLost = () => 0;
const everythingKept = () => 0.99;

describe('a power cut', () => {
  it('keeps what was flushed, and may lose what was not', () => {
    const entries = [
      { sector: 1, sectors: 1, fill: 'a' },
      { sector: 2, sectors: 2, fill: 'b' },
      flush,
      { sector: 1, sectors: 1, fill: 'c' },
      { sector: 6, sectors: 1, fill: 'd' },
    ];
    expect(cut(entries, everythingLost)).toEqual({
      fate: { settled: 2, kept: 0, torn: 0, lost: 2 },
      card: '.abb....',
    });
    expect(cut(entries, everythingKept)).toEqual({
      fate: { settled: 2, kept: 2, torn: 0, lost: 0 },
      card: '.cbb..d.',
    });
  });

  it('may end in the middle of a write, at a sector', () => {
    const draws = [0.9, 0.1, 0.4];
    expect(cut([{ sector: 0, sectors: 6, fill: 'a' }], () => draws.shift()!)).toEqual({
      fate: { settled: 0, kept: 0, torn: 1, lost: 0 },
      card: 'aa......',
    });
  });

  it('keeps what was forced out without a flush', () => {
    expect(cut([{ sector: 3, sectors: 1, flags: 2, fill: 'f' }], everythingLost).card).toBe('...f....');
  });

  it('reads past what was discarded, which has no data in the log', () => {
    const entries = [{ sector: 0, sectors: 8, flags: 4 }, { sector: 7, sectors: 1, fill: 'z' }, flush];
    expect(cut(entries, everythingLost).card).toBe('.......z');
  });

  it('changes nothing where nothing was written', () => {
    const path = join(folder, 'empty');
    writeFileSync(path, '');
    expect(applyPowerCut(path, path, everythingKept)).toEqual({ settled: 0, kept: 0, torn: 0, lost: 0 });
  });

  it('is refused where there is no log', () => {
    const path = join(folder, 'nothing');
    writeFileSync(path, Buffer.alloc(1024));
    expect(() => applyPowerCut(path, path, everythingLost)).toThrow('this is no log of writes');
  });
});
