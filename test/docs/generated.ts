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

/** The same for what stands between the comments `name` and `end of name` of a document that people write. */
export function expectGeneratedSection(path: string, name: string, text: string): void {
  const document = readFileSync(join(root, path), 'utf8');
  const parts = document.split(new RegExp(`(<!-- (?:end of )?${name} -->)`));
  const [before, begin, , end, after] = parts;
  expect(parts, `${path} has no section <!-- ${name} --> ... <!-- end of ${name} -->`).toHaveLength(5);
  expectGenerated(path, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}

/** Text for a cell of a Markdown table. */
export function cell(text: string): string {
  return text.replace(/\n/g, ' ').replace(/\|/g, '\\|');
}
