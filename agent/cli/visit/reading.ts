import { isObject, type Json } from '../../wire/json.ts';
import { formatAge, formatValue, printable } from './value.ts';

/** A reading as an appliance tells it. */
export interface ToldReading {
  readonly value: Json;
  readonly unit: string | undefined;
  /** Seconds of the place's clock. */
  readonly time: number | undefined;
  readonly quality: string;
  /** Counts the readings of one property without gaps, where they are told as they come. */
  readonly seq: number | undefined;
  /** It was taken before it was asked for. */
  readonly replayed: boolean;
}

/** Reads one; `undefined` where it is none. */
export function readingIn(told: Json | undefined): ToldReading | undefined {
  if (!isObject(told)) return undefined;
  const { value, unit, time, quality, seq, replayed } = told;
  return {
    value: value ?? null,
    unit: typeof unit === 'string' ? unit : undefined,
    time: typeof time === 'number' ? time : undefined,
    quality: typeof quality === 'string' ? quality : 'unknown',
    seq: typeof seq === 'number' ? seq : undefined,
    replayed: replayed === true,
  };
}

/** `21.4 °C`, `21.4 °C (stale, 12 s ago)` */
export function formatReading({ value, unit, quality }: ToldReading, age: number | undefined): string {
  const notes = [
    ...(quality === 'good' ? [] : [printable(quality)]),
    ...(age === undefined ? [] : [`${formatAge(age)} ago`]),
  ];
  return formatValue(value, unit) + (notes.length > 0 ? ` (${notes.join(', ')})` : '');
}
