import { titleOf } from '../schema.ts';
import type { PropertyDescription, Quality, Reading, Value } from '../thing.ts';
import type { SerialPropertyConfig } from './schema.ts';

/** Longest text that is a value, characters: thousands of readings are kept. */
const longestText = 256;

/** A property of the device: what it may be, and its newest reading. */
export class SerialProperty {
  readonly description: PropertyDescription;
  /** How long a value counts as good, ms. */
  readonly staleAfterMs: number | undefined;
  reading: Reading | undefined;
  cancelStale = () => {};

  constructor(name: string, config: SerialPropertyConfig, staleAfterMs: number | undefined) {
    const { type, unit, title, min, max } = config;
    this.description = {
      name,
      title: title ?? titleOf(name),
      type,
      writable: false,
      ...(unit === undefined ? {} : { unit }),
      ...(min === undefined ? {} : { minimum: min }),
      ...(max === undefined ? {} : { maximum: max }),
    };
    this.staleAfterMs = config.stale_after ?? staleAfterMs;
  }

  /** Why a value of the right type cannot be one of this property; undefined where it can. */
  objection(value: Value): string | undefined {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = this.description;
    if (typeof value === 'string' && value.length > longestText) return 'is too long';
    if (typeof value === 'number' && (value < minimum || value > maximum)) return 'is out of range';
    return undefined;
  }

  take(value: Value, time: number): Reading {
    this.reading = { value, time, quality: 'good' };
    return this.reading;
  }

  /** The last known value, as something less than good from `time` on. */
  worsen(quality: Exclude<Quality, 'good'>, time: number): Reading {
    this.cancelStale();
    this.reading = { value: this.reading?.value ?? null, time, quality };
    return this.reading;
  }
}
