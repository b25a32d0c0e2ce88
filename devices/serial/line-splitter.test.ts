import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, longestLine } from './line-splitter.ts';

const bytes = (text: string) => Buffer.from(text);

/** The texts of the lines in these pieces. */
function split(...pieces: (string | Uint8Array)[]): string[] {
  const splitter = new LineSplitter();
  return pieces.flatMap((piece) => splitter.push(Buffer.from(piece))).map(({ text }) => text);
}

describe('lines', () => {
  test('end at line feeds, carriage returns, or both', () => {
    expect(split('a\nb\rc\r\nd\n')).toEqual(['a', 'b', 'c', 'd']);
  });

  test('are joined from pieces, wherever these were cut', () => {
    expect(split('1', '2', '.5\r', '\n', '13')).toEqual(['12.5']);
    expect(split(Uint8Array.of(0xc2), Uint8Array.of(0xb0, 0x0a))).toEqual(['°']);
  });

  test('are none where they are empty', () => {
    expect(split('\n\r\n\n')).toEqual([]);
  });

  test('know the first, whose beginning may be missing', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(bytes('5\n12.5\n')).map(({ first }) => first)).toEqual([true, false]);
    const lucky = new LineSplitter();
    expect(lucky.push(bytes('\n12.5\n'))).toEqual([{ text: '12.5', first: false }]);
  });

  test('of more than 4 KiB are dropped and counted', () => {
    const splitter = new LineSplitter();
    const long = 'x'.repeat(longestLine);
    expect(splitter.push(bytes(`${long}\n${long}x\nafter\n`)).map(({ text }) => text)).toEqual([
      long,
      'after',
    ]);
    expect(splitter.tooLong).toBe(1);
  });

  test('without an end take no memory beyond 4 KiB', () => {
    const splitter = new LineSplitter();
    const flood = Buffer.alloc(65_536, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 1_000; i++) expect(splitter.push(flood)).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
    expect(splitter.push(bytes('\nafter\n'))).toEqual([{ text: 'after', first: false }]);
  });

  test('do not depend on how the bytes are cut into pieces', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .map((text) => text.replace(/[\r\n]/g, ' '));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat({ max: 30 })), (lines, cuts) => {
        const stream = bytes(lines.map((text) => `${text}\r\n`).join(''));
        const splitter = new LineSplitter();
        const found: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          found.push(...splitter.push(stream.subarray(at, at + cut)).map(({ text }) => text));
          at += cut;
        }
        found.push(...splitter.push(stream.subarray(at)).map(({ text }) => text));
        expect(found).toEqual(lines.map((text) => text.replace(/^\ufeff/, '')));
      }),
    );
  });

  test('hold for any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6_000 }), { maxLength: 8 }), (pieces) => {
        const splitter = new LineSplitter();
        for (const piece of pieces) {
          for (const { text } of splitter.push(piece)) {
            expect(text).not.toMatch(/[\r\n]/);
            expect(text.length).toBeLessThanOrEqual(longestLine);
          }
        }
      }),
    );
  });
});
