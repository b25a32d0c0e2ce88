import { AlloError } from '../../errors.ts';
import { checkedValue } from '../write.ts';
import { propertyOf, type RequestHandler } from './request.ts';

/**
 * `["write_property", value]` → `["write_property", "ok", reading]`, once the hardware has taken it. Where a key is
 * needed a proof comes last, as in every command: `["write_property", value, { nonce, proof }]`.
 */
export const writeProperty: RequestHandler = async (call, context) => {
  const [{ property }, args] = propertyOf(call, context);
  if (args.length === 0) throw new AlloError('ALLO_E_REQUEST_MALFORMED', 'write_property needs a value');
  const value = checkedValue(property.key, property.description, args[0]);
  // Nothing is switched before it could be answered with a time.
  context.stamp(context.now());
  context.mayCommand(call, { request: 'write_property', target: property.key, value });
  const reading = await context.outputs.command(property, value);
  return [property.told(reading, context.stamp(reading.time))];
};
