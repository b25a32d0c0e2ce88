import { describe, expect, it } from 'vitest';
import type { Json } from '../wire/json.ts';
import { parsePattern } from './pattern.ts';

function matches(text: string, body: Json): boolean {
  const pattern = parsePattern(text);
  if (typeof pattern === 'string') throw new Error(pattern);
  return pattern.matches(body);
}

const door = ['reading', { thing: 'door', quality: 'good', value: true }];

describe('a guard pattern', () => {
  it.each<[string, Json, boolean]>([
    ['["new_tweet", X]', ['new_tweet', 'hi'], true],
    ['["new_tweet", X]', ['new_tweet', { any: ['thing'] }], true],
    ['["new_tweet", X]', ['new_tweet'], false],
    ['["new_tweet", X]', ['new_tweet', 'hi', 'there'], false],
    ['["new_tweet", X]', ['old_tweet', 'hi'], false],
    ['["new_tweet", X]', 'new_tweet', false],
    ['[]', [], true],
    ['["a", _, _rest]', ['a', 1, 2], true],
    ['["n", 1.5, true, nil]', ['n', 1.5, true, null], true],
    ['["n", 1.5, true, nil]', ['n', 1.5, false, null], false],
    ['["nested", ["deep", X]]', ['nested', ['deep', 1]], true],
    ['["nested", ["deep", X]]', ['nested', 'deep'], false],
    ['[ "quoted \\" ]" , X ]', ['quoted " ]', 1], true],
  ])('%s on %j: %s', (text, body, expected) => {
    expect(matches(text, body)).toBe(expected);
  });

  it('binds a variable to the same thing wherever it stands', () => {
    expect(matches('["same", X, X]', ['same', [1], [1]])).toBe(true);
    expect(matches('["same", X, X]', ['same', [1], [2]])).toBe(false);
  });

  it.each<[string, boolean]>([
    ['["reading", R] where R["thing"] == "door"', true],
    ['["reading", R] where R["thing"] == "soil"', false],
    ['["reading", R] where R["thing"] != "soil"', true],
    ['["reading", R] where R["thing"] == "door" and R["quality"] == "good"', true],
    ['["reading", R] where R["thing"] == "door" and R["quality"] == "fault"', false],
    ['[Name, _] where Name == "reading"', true],
    ['["reading", R] where R["missing"] == "door"', false],
    ['["reading", R] where R["missing"] != "door"', false],
    ['["reading", R] where R["thing"]["deeper"] == "door"', false],
    ['["reading", R] where R["toString"] != 1', false],
    ['["reading", R] where Unbound == "door"', false],
  ])('with a condition: %s is %s', (text, expected) => {
    expect(matches(text, door)).toBe(expected);
  });

  it('does not match what takes too long to compare', () => {
    const long = (last: number): Json => [...Array.from({ length: 60_000 }, () => 0), last];
    expect(matches('["same", X, X]', ['same', long(1), long(1)])).toBe(false);
    const conditions = Array.from({ length: 80 }, () => 'A != B').join(' and ');
    expect(matches(`["differ", A, B] where ${conditions}`, ['differ', long(1), long(2)])).toBe(false);
    expect(matches('["differ", A, B] where A != B', ['differ', { a: [1] }, { a: [2] }])).toBe(true);
    expect(matches('["same", A, B] where A == B', ['same', { a: 1, b: 2 }, { b: 2, a: 1 }])).toBe(true);
  });

  it.each([
    '',
    'new_tweet',
    '"new_tweet"',
    '["new_tweet", X',
    '["new_tweet" X]',
    '["new_tweet", x]',
    '["a"] where',
    '["a", X] where X',
    '["a", X] where X == ["a"]',
    '["a", X] where X["b" == 1',
    '["a"] and',
    '["a"] ; drop',
    '["bad \\q escape"]',
    `${'['.repeat(50)}${']'.repeat(50)}`,
    `["${'a'.repeat(1000)}"]`,
  ])('says why %j is not understood', (text) => {
    expect(parsePattern(text)).toEqual(expect.stringContaining('pattern'));
  });
});
