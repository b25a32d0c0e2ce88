import { describe, expect, it } from 'vitest';
import { filesUnder, sourceOf } from '../support/source-files.ts';
import { type ErrorTable, errorsDocument, errorTables } from './errors.ts';
import { expectGenerated } from './generated.ts';

const sources = filesUnder('agent', 'devices').filter(
  (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
);
const row = /^ {2}(ALLO_E_[A-Z0-9_]+): \{$/gm;

describe('docs/errors.md', () => {
  it('lists every error as the tables have it', () => expectGenerated('docs/errors.md', errorsDocument()));

  it('knows every table there is', () => {
    const withRows = sources.filter((path) => sourceOf(path).match(row));
    expect(errorTables.map(({ file }) => file).sort()).toEqual(withRows);
  });

  it('has each code in one table only', () => {
    const codes = errorTables.flatMap(({ errors }) => Object.keys(errors));
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });
});

describe.each(errorTables)('the table of $file', ({ file, errors }: ErrorTable) => {
  const used = codesUsed(file);

  it.each(Object.entries(errors))('%s has a meaning and a mend, and is used', (code, { meaning, mend }) => {
    expect(meaning).toMatch(/^[A-Z].*\.$/s);
    expect(mend).toMatch(/^[A-Z].*\.$/s);
    expect(used.has(code), `${code} is nowhere used`).toBe(true);
  });
});

/** Codes that stand anywhere but in the rows of their own table. */
function codesUsed(table: string): Set<string> {
  const text = sources
    .map((path) => (path === table ? sourceOf(path).replace(row, '') : sourceOf(path)))
    .join('\n');
  return new Set([...text.matchAll(/['`](ALLO_E_[A-Z0-9_]+)['`]/g)].map(([, code]) => code!));
}
