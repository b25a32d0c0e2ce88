import { expect, test } from 'vitest';
import { decodeText } from './text-value.ts';

test.each([
  ['12.5', 12.5],
  ['-.5', -0.5],
  ['+3.', 3],
  [' 1e3 ', 1000],
  ['1e999', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['', undefined],
  ['0x10', undefined],
  ['12,5', undefined],
  ['12.5 C', undefined],
])('%j as a number is %j', (text, value) => {
  expect(decodeText(text, 'number')).toBe(value);
});

test.each([
  ['42', 42],
  ['-7', -7],
  ['4.0', undefined],
  ['9007199254740993', undefined],
])('%j as an integer is %j', (text, value) => {
  expect(decodeText(text, 'integer')).toBe(value);
});

test.each([
  ['1', true],
  ['ON', true],
  ['true', true],
  ['0', false],
  ['off', false],
  ['False', false],
  ['yes', undefined],
  ['constructor', undefined],
])('%j as a boolean is %j', (text, value) => {
  expect(decodeText(text, 'boolean')).toBe(value);
});

test('a string is what it is, without the spaces around it', () => {
  expect(decodeText(' open ', 'string')).toBe('open');
});
