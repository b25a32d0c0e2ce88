import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Json } from '../../wire/json.ts';
import { memoryOf } from './memory.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it.each<[string, string]>([
  ['empty lists', '[]'],
  ['empty objects', '{}'],
  ['vertices', '[0.25,1.5,-3]'],
  ['small objects', '{"a":1,"b":2}'],
  ['strings', '"lamp"'],
])('the memory of %s is about what is reckoned', (_what, text) => {
  const json = `[${Array.from({ length: 100_000 }, () => text).join(',')}]`;
  const before = heapUsed();
  const value = JSON.parse(json) as Json;
  const taken = heapUsed() - before;
  expect(memoryOf(value)).toBeGreaterThan(0.9 * taken);
  expect(memoryOf(value)).toBeLessThan(5 * taken);
});
