import type { Thing } from '../../../devices/thing.ts';
import { AlloError } from '../../errors.ts';
import type { Json } from '../../wire/json.ts';
import type { History } from '../history.ts';
import type { Exists, Observers } from '../observers.ts';
import type { Property } from '../property.ts';
import type { Stamp } from '../stamp.ts';

/** A property with all that requests may ask of it. */
export interface ServedProperty {
  readonly property: Property;
  readonly observers: Observers;
  readonly history: History;
}

/** What requests may use of the appliance. */
export interface RequestContext {
  readonly things: ReadonlyMap<string, Thing>;
  readonly properties: ReadonlyMap<string, ServedProperty>;
  /** Milliseconds of the local monotonic clock. */
  readonly now: () => number;
  /** The stamp of a moment in local monotonic milliseconds. Throws ALLO_E_CLOCK_UNKNOWN. */
  readonly stamp: (ms: number) => Stamp;
  /** Local monotonic milliseconds to the place's seconds, and back. Throw ALLO_E_CLOCK_UNKNOWN, ALLO_E_CLOCK_NONE. */
  readonly toPlaceTime: (ms: number) => number;
  readonly fromPlaceTime: (seconds: number) => number;
  readonly exists: Exists;
  /** Passes, or throws why this sender may not command the appliance now. */
  readonly mayCommand: (sender: string, what: string) => void;
  /** Where the entity of a property is found, for the forms of Thing Descriptions. */
  readonly hrefOf: (entityKey: string) => string;
}

/** A request as it reaches its handler. */
export interface Call {
  readonly from: string;
  /** The property whose entity was addressed; undefined where it was the avatar. */
  readonly addressed: ServedProperty | undefined;
  readonly args: readonly Json[];
}

/** Answers a request with what follows `[name, "ok"`. Throws an error whose message a person can read. */
export type RequestHandler = (
  call: Call,
  context: RequestContext,
) => readonly Json[] | Promise<readonly Json[]>;

/**
 * The property a request is about, and what is left of its arguments: the addressed entity's, or the one
 * named first where the avatar was addressed.
 */
export function propertyOf(
  { addressed, args }: Call,
  { properties }: RequestContext,
): [ServedProperty, readonly Json[]] {
  if (addressed) return [addressed, args];
  const [key, ...rest] = args;
  if (typeof key !== 'string') {
    throw new AlloError(
      'ALLO_E_REQUEST_MALFORMED',
      'sent to the avatar, this request names a property first, such as "thing.property"',
    );
  }
  const served = properties.get(key);
  if (!served)
    throw new AlloError(
      'ALLO_E_REQUEST_UNKNOWN',
      `there is no property "${key.slice(0, 130)}"; there is ${list(properties.keys())}`,
    );
  return [served, rest];
}

function list(keys: Iterable<string>): string {
  const all = [...keys];
  const shown = all.slice(0, 20).join(', ');
  return all.length > 20 ? `${shown}, ...` : shown || 'none';
}
