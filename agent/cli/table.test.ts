import { expect, it } from 'vitest';
import { formatTable } from './table.ts';

it('lines columns up, by characters', () => {
  const table = formatTable(
    ['THING', 'STATE', 'FOUND'],
    [
      ['grow_light', 'ok', 'GPIO17'],
      ['𝔡oor', 'failed', ''],
    ],
  );
  expect(table).toBe('THING       STATE   FOUND\ngrow_light  ok      GPIO17\n𝔡oor        failed\n');
});
