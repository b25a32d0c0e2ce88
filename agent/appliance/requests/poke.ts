import { AlloError } from '../../errors.ts';
import type { RequestHandler } from './request.ts';

/**
 * `["poke", true]` then `["poke", false]` → `["poke", "ok"]`: a press and its release, as a visor sends them.
 * A writable boolean toggles on release.
 */
export const poke: RequestHandler = async (call, context) => {
  const { addressed, args } = call;
  if (typeof args[0] !== 'boolean') {
    throw new AlloError('ALLO_E_REQUEST_MALFORMED', 'poke takes true (pressed) or false (released)');
  }
  if (!addressed)
    throw new AlloError('ALLO_E_REQUEST_UNKNOWN', 'poke one of the properties, not the appliance itself');
  const { thing, description, key } = addressed.property;
  if (!description.writable || description.type !== 'boolean') {
    throw new AlloError('ALLO_E_WRITE_READ_ONLY', `${key} cannot be switched`);
  }
  const released = !args[0];
  if (released) {
    context.mayCommand(call, { request: 'poke', target: key, value: false });
    const { value } = await thing.read(description.name);
    await thing.write(description.name, value !== true);
  }
  return [];
};
