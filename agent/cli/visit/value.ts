import { AlloError } from '../../errors.ts';
import type { Json } from '../../wire/json.ts';
import type { SeenProperty } from './survey.ts';

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['true', true],
  ['1', true],
  ['off', false],
  ['false', false],
  ['0', false],
]);

/** What a person typed as the value of a property of this type. Throws ALLO_E_VISIT_VALUE. */
export function parseValue(text: string, { key, type }: SeenProperty): boolean | number | string {
  if (type === 'string') return text;
  if (type === 'boolean') {
    const value = booleans.get(text.toLowerCase());
    if (value !== undefined) return value;
    throw new AlloError('ALLO_E_VISIT_VALUE', `${key} is on or off, not "${text}"`);
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number) && (type !== 'integer' || Number.isInteger(number))) return number;
  throw new AlloError(
    'ALLO_E_VISIT_VALUE',
    `${key} is ${type === 'integer' ? 'a whole number' : 'a number'}, not "${text}"`,
  );
}

/** A value as people read it: `on`, `21.4 °C`, `–` where there is none. */
export function formatValue(value: Json | undefined, unit: string | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text =
    typeof value === 'number'
      ? formatNumber(value)
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);
  return unit ? `${printable(text)} ${printable(unit)}` : printable(text);
}

/** Six significant digits are more than any sensor knows. */
function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** How long ago something was, in seconds: `0.3 s`, `12 s`, `3 min`, `2 h`. */
export function formatAge(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  const age = Math.max(0, seconds);
  if (age < 9.95) return `${age.toFixed(1)} s`;
  if (age < 120) return `${Math.round(age)} s`;
  return age < 7200 ? `${Math.round(age / 60)} min` : `${Math.round(age / 3600)} h`;
}

/** Text of strangers without what a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
