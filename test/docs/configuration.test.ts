import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../agent/config/load.ts';
import { sourceOf } from '../support/source-files.ts';
import { configurationDocument } from './configuration.ts';
import { expectGenerated } from './generated.ts';

const example = 'test/fixtures/config/example.yaml';

describe('docs/configuration.md', () => {
  it('lists every key as the schema has it', () =>
    expectGenerated('docs/configuration.md', configurationDocument(sourceOf(example))));

  it('says of every key what it means', () => {
    const rows = sourceOf('docs/configuration.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter((row) => /\|\s+\|$/.test(row))).toEqual([]);
  });

  it('shows an example that is right', () => {
    expect(parseConfig(sourceOf(example), example).things.length).toBeGreaterThan(3);
  });
});
