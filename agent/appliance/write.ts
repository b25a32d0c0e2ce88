import type { PropertyDescription, Value } from '../../devices/thing.ts';
import { AlloError } from '../errors.ts';

const longestString = 256;

/** `value` as `description` allows it. Throws ALLO_E_WRITE_VALUE with a reason that names what is allowed. */
export function checkedValue(key: string, description: PropertyDescription, value: unknown): Value {
  if (!description.writable) throw new AlloError('ALLO_E_WRITE_READ_ONLY', `${key} cannot be written`);
  const { type, minimum, maximum } = description;
  const refuse = (expected: string) =>
    new AlloError('ALLO_E_WRITE_VALUE', `${key} takes ${expected}, not ${preview(value)}`);
  if (type === 'boolean') {
    if (typeof value !== 'boolean') throw refuse('true or false');
    return value;
  }
  if (type === 'string') {
    if (typeof value !== 'string' || value.length > longestString)
      throw refuse(`text of at most ${longestString} characters`);
    return value;
  }
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (
    typeof value !== 'number' ||
    !Number.isFinite(value) ||
    (type === 'integer' && !Number.isInteger(value))
  ) {
    throw refuse(kind);
  }
  if (value < (minimum ?? -Infinity) || value > (maximum ?? Infinity)) {
    throw refuse(`${kind} from ${minimum ?? 'any'} to ${maximum ?? 'any'}`);
  }
  return value;
}

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
