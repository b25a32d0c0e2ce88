import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { root } from '../support/source-files.ts';

/** Fails where the document at `path` is not `text`; with UPDATE_DOCS=1 in the environment it is rewritten first. */
export function expectGenerated(path: string, text: string): void {
  const file = join(root, path);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, text);
  const hint = `${path} is stale; rewrite it with: UPDATE_DOCS=1 npx vitest run test/docs`;
  expect(readFileSync(file, 'utf8'), hint).toBe(text);
}

/** Text for a cell of a Markdown table. */
export function cell(text: string): string {
  return text.replace(/\n/g, ' ').replace(/\|/g, '\\|');
}
