import { expect, it } from 'vitest';
import type { SeenProperty } from './survey.ts';
import { formatAge, formatValue, parseValue, printable } from './value.ts';

const property = (type: string) => ({ key: 'lamp.on', type }) as SeenProperty;

it.each([
  ['on', 'boolean', true],
  ['FALSE', 'boolean', false],
  ['21.5', 'number', 21.5],
  ['-3', 'integer', -3],
  ['on', 'string', 'on'],
])('%s is a %s', (text, type, value) => {
  expect(parseValue(text, property(type))).toBe(value);
});

it.each([
  ['maybe', 'boolean', 'lamp.on is on or off, not "maybe"'],
  ['', 'number', 'lamp.on is a number, not ""'],
  ['1e999', 'number', 'lamp.on is a number, not "1e999"'],
  ['2.5', 'integer', 'lamp.on is a whole number, not "2.5"'],
])('%j is no %s', (text, type, problem) => {
  expect(() => parseValue(text, property(type))).toThrow(problem);
});

it('shows values as people read them', () => {
  const shown = [true, 21.400000001, 3, 'wet', null, undefined, { a: 1 }].map((v) =>
    formatValue(v, undefined),
  );
  expect(shown).toEqual(['on', '21.4', '3', 'wet', '–', '–', '{"a":1}']);
  expect(formatValue(21.4, '°C')).toBe('21.4 °C');
});

it('shows ages as long as they matter', () => {
  expect([-1, 0.31, 9.96, 60, 150, 9000, undefined].map(formatAge)).toEqual([
    '0.0 s',
    '0.3 s',
    '10 s',
    '60 s',
    '3 min',
    '3 h',
    '',
  ]);
});

it('does not let strangers command the terminal', () => {
  expect(printable('\x1b[2Jdoor\n\u202e')).toBe('�[2Jdoor��');
});
