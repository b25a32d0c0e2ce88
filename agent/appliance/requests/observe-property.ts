import { AlloError } from '../../errors.ts';
import type { Json } from '../../wire/json.ts';
import type { Following } from '../history/history.ts';
import { observerLimit } from '../observers.ts';
import { propertyOf, type RequestContext, type RequestHandler } from './request.ts';

/**
 * `["observe_property"]` → `["observe_property", "ok"]`, then each reading as a `one-way` to the sender.
 * `["observe_property", { after_seq }]` and `["observe_property", { from }]`, `from` in seconds of the place's clock:
 * first those that are kept with a greater number, or since then, oldest first and with `"replayed": true`.
 */
export const observeProperty: RequestHandler = (call, context) => {
  const [served, [options]] = propertyOf(call, context);
  const wanted = followingIn(options, context);
  const { property, observers } = served;
  if (!observers.add(call.from, context.now(), context.exists)) {
    throw new AlloError('ALLO_E_OBSERVER_LIMIT', `${property.key} already has ${observerLimit} observers`);
  }
  if (wanted) context.replays.start(served, call.from, wanted);
  return [];
};

/** `["unobserve_property"]` → `["unobserve_property", "ok"]`, whether it was observed or not. */
export const unobserveProperty: RequestHandler = (call, context) => {
  const [{ observers }] = propertyOf(call, context);
  observers.remove(call.from);
  return [];
};

function followingIn(options: Json | undefined, context: RequestContext): Following | undefined {
  if (options === undefined || options === null) return undefined;
  const { after_seq: afterSeq, from } =
    typeof options === 'object' ? (options as Record<string, unknown>) : {};
  if (afterSeq === undefined && Number.isFinite(from))
    return { afterSeq: 0, from: context.fromPlaceTime(from as number) };
  if (from === undefined && Number.isSafeInteger(afterSeq)) return { afterSeq: afterSeq as number };
  throw new AlloError(
    'ALLO_E_REQUEST_MALFORMED',
    'observe_property takes an object with after_seq, a whole number, or from, a time',
  );
}
