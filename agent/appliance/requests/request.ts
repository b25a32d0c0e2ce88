import type { Thing } from '../../../devices/thing.ts';
import { AlloError } from '../../errors.ts';
import type { Proof } from '../../keys/proof.ts';
import type { Json } from '../../wire/json.ts';
import type { AccessPolicy, Command, PokeAccess } from '../access.ts';
import type { History } from '../history/history.ts';
import type { Exists, Observers } from '../observers.ts';
import type { Outputs } from '../outputs/outputs.ts';
import type { Property } from '../property.ts';
import type { Replays } from '../replays.ts';
import type { Stamp } from '../stamp.ts';
import type { Touches } from '../touch/touches.ts';

/** A property with all that requests may ask of it. */
export interface ServedProperty {
  readonly property: Property;
  readonly observers: Observers;
}

/** What requests may use of the appliance. */
export interface RequestContext {
  readonly things: ReadonlyMap<string, Thing>;
  readonly properties: ReadonlyMap<string, ServedProperty>;
  readonly history: Pick<History, 'between'>;
  readonly replays: Pick<Replays, 'start'>;
  /** The one way by which a property is written. */
  readonly outputs: Pick<Outputs, 'command'>;
  /** Who presses which row. */
  readonly touches: Pick<Touches, 'press' | 'release' | 'refused' | 'inTurn'>;
  /** Milliseconds of the local monotonic clock. */
  readonly now: () => number;
  /** The stamp of a moment in local monotonic milliseconds. Throws ALLO_E_CLOCK_UNKNOWN. */
  readonly stamp: (ms: number) => Stamp;
  /** Local monotonic milliseconds to the place's seconds, and back. Throw ALLO_E_CLOCK_UNKNOWN, ALLO_E_CLOCK_NONE. */
  readonly toPlaceTime: (ms: number) => number;
  readonly fromPlaceTime: (seconds: number) => number;
  readonly exists: Exists;
  /** Passes and is logged, or throws why this may not be commanded now. */
  readonly mayCommand: (call: Call, wanted: Wanted) => void;
  /** Logs that a command was not carried out. */
  readonly refused: (call: Call, what: readonly Json[], error: unknown) => void;
  /** A number used once, for one proof of the sender's. Throws ALLO_E_CONTROL_LOCKED. */
  readonly nonce: (sender: string) => string;
  /** Who may command: for Thing Descriptions. */
  readonly access: { readonly policy: Pick<AccessPolicy, 'write'>; pokeOf(thing: string): PokeAccess };
  /** Where the entity of a property is found, for the forms of Thing Descriptions. */
  readonly hrefOf: (entityKey: string) => string;
}

/** A request as it reaches its handler. */
export interface Call {
  readonly from: string;
  /** The property whose entity was addressed; undefined where it was the avatar. */
  readonly addressed: ServedProperty | undefined;
  readonly args: readonly Json[];
  /** That the sender has a key; undefined where none came with the request. */
  readonly proof: Proof | undefined;
}

/** What a request asks to be done. */
export type Wanted = Pick<Command, 'request' | 'target' | 'value'>;

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
