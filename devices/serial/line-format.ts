import type { Value } from '../thing.ts';
import type { Line } from './line-splitter.ts';
import type { SerialPropertyConfig } from './schema.ts';

/** Type of a configured property. */
export type ValueType = SerialPropertyConfig['type'];

/** What one line holds: a raw value for each property that is in it, or why it is of no use. */
export type LineContent =
  | { readonly fields: ReadonlyMap<string, unknown> }
  /** A line that is as it should be and holds no values: a header. */
  | 'no values'
  | { readonly malformed: string };

/** How a device writes its values down. */
export interface LineFormat {
  parse(line: Line): LineContent;
  /** The raw value as `type`; undefined where it is not one. */
  decode(raw: unknown, type: ValueType): Value | undefined;
}
