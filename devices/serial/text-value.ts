import type { Value } from '../thing.ts';
import type { ValueType } from './line-format.ts';

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const integer = /^[+-]?\d+$/;
const words: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  on: true,
  0: false,
  false: false,
  off: false,
};

/** A piece of text as a value of `type`: decimal numbers, `1 true on` and `0 false off`; undefined for others. */
export function decodeText(raw: unknown, type: ValueType): Value | undefined {
  if (typeof raw !== 'string') return undefined;
  const text = raw.trim();
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return Object.hasOwn(words, text.toLowerCase()) ? words[text.toLowerCase()] : undefined;
    case 'integer':
      return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'number':
      return number.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
  }
}
