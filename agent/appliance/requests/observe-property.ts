import { AlloError } from '../../errors.ts';
import { observerLimit } from '../observers.ts';
import { propertyOf, type RequestHandler } from './request.ts';

/** `["observe_property"]` → `["observe_property", "ok"]`, then each reading as a `one-way` to the sender. */
export const observeProperty: RequestHandler = (call, context) => {
  const [{ property, observers }] = propertyOf(call, context);
  if (!observers.add(call.from, context.now(), context.exists)) {
    throw new AlloError('ALLO_E_OBSERVER_LIMIT', `${property.key} already has ${observerLimit} observers`);
  }
  return [];
};

/** `["unobserve_property"]` → `["unobserve_property", "ok"]`, whether it was observed or not. */
export const unobserveProperty: RequestHandler = (call, context) => {
  const [{ observers }] = propertyOf(call, context);
  observers.remove(call.from);
  return [];
};
