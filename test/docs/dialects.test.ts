import { describe, it } from 'vitest';
import { dialectsTable, neverSentTable } from './dialects.ts';
import { expectGeneratedSection } from './generated.ts';

describe('docs/dialects.md', () => {
  it('has the dialects as the program goes by them', () =>
    expectGeneratedSection('docs/dialects.md', 'dialects', dialectsTable()));

  it('lists what is never sent as the exit refuses it', () =>
    expectGeneratedSection('docs/dialects.md', 'never sent', neverSentTable()));
});
