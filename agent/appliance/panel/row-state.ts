import type { CountedReading, Property } from '../property.ts';
import type { Stamp } from '../stamp.ts';
import { type Touch, untouched } from './touch.ts';
import { isLit, isMute, valueText } from './words.ts';

/** Everything about a property that its row shows. */
export interface RowState {
  readonly reading?: CountedReading;
  /** When the reading was taken, as the place has it. */
  readonly stamp: Stamp;
  readonly touch: Touch;
  /** When the output goes off by itself, ms of the local monotonic clock. */
  readonly offAt?: number;
  /** Why its thing does not work, in words. */
  readonly fault?: string;
}

export const blank: RowState = { stamp: {}, touch: untouched };

/** Whether it cannot be relied upon; what can be muted does nothing while its thing fails, whatever it is set to. */
export function fails({ description }: Property, { reading, fault }: RowState): boolean {
  if (reading?.quality === 'fault') return true;
  return fault !== undefined && isMute(description) && isLit(description, reading?.value);
}

/** What it reads, in words, or `fault` where that would be nothing, or untrue; `short` as for `valueText`. */
export function shownValue(property: Property, state: RowState, short = false): string {
  const value = state.reading?.value;
  const lost = fails(property, state) && (value === null || isMute(property.description));
  return lost ? 'fault' : valueText(property, value, short);
}
