import fc from 'fast-check';
import type { PlaceSession } from '../../agent/place/session.ts';
import { isObject } from './lethal.ts';
import type { StrictPlace } from './strict-place.ts';

/** What may happen to a session, and what its callers may do, however odd. */
export interface Deed {
  readonly what: string;
  /** Shown where it led to harm. */
  readonly with: unknown;
  do(session: PlaceSession, place: StrictPlace): unknown;
  /** Whether nothing else is done until it is over. */
  readonly waits: boolean;
}

/** Ids that entities have had, by `~` and their keys. */
const known = new WeakMap<PlaceSession, Map<string, string>>();

function remember(session: PlaceSession): void {
  const ids = known.get(session) ?? new Map();
  known.set(session, ids);
  for (const key of ['avatar', 'lamp', 'soil']) {
    const id = session.entities.id(key);
    if (id !== undefined) ids.set(`~${key}`, id);
  }
}

/** Puts ids in the place of their names, wherever they stand. */
function filled<T>(value: T, session: PlaceSession): T {
  if (typeof value === 'string' && value.startsWith('$'))
    return (session.entities.id(value.slice(1)) ?? value) as T;
  if (typeof value === 'string' && value.startsWith('~'))
    return (known.get(session)?.get(value) ?? value) as T;
  if (Array.isArray(value) && !('toJSON' in value)) return value.map((item) => filled(item, session)) as T;
  if (!isObject(value) || value.constructor !== Object || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, session)])) as T;
}

export function deed<T>(
  what: string,
  wanted: fc.Arbitrary<T>,
  act: (session: PlaceSession, value: T, place: StrictPlace) => unknown,
  waits = false,
) {
  return wanted.map(
    (value): Deed => ({
      what,
      with: value,
      waits,
      do: (session, place) => {
        remember(session);
        return act(session, filled(value, session), place);
      },
    }),
  );
}

export const ignore = () => {};
export const nothing = fc.constant(undefined);
