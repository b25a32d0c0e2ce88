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
  /** Whether its last ten minutes are drawn beside it. */
  readonly curve?: boolean;
}

export const blank: RowState = { stamp: {}, touch: untouched };

/** Whether it cannot be relied upon; what can be muted does nothing while its thing fails, whatever it is set to. */
export function fails({ description }: Property, { reading, fault }: RowState): boolean {
  if (reading?.quality === 'fault') return true;
  return fault !== undefined && isMute(description) && isLit(description, reading?.value);
}

/** What is shown of a value that is lost. */
export const lostWord = 'fault';

/** Whether all that can be said of its value is that it fails: any other would be nothing, or untrue. */
export function isLost(property: Property, state: RowState): boolean {
  return fails(property, state) && (state.reading?.value === null || isMute(property.description));
}

/** What it reads, in words; `short` as for `valueText`. */
export function shownValue(property: Property, state: RowState, short = false): string {
  return isLost(property, state) ? lostWord : valueText(property, state.reading?.value, short);
}
