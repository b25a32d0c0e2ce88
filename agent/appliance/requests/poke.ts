import { AlloError } from '../../errors.ts';
import type { Property } from '../property.ts';
import { isSwitchable } from '../touch/touches.ts';
import { type Call, propertyOf, type RequestContext, type RequestHandler } from './request.ts';

/**
 * `["poke", true]` presses and `["poke", false]` lets go, each → `["poke", "ok"]`; to the avatar with the property
 * named first. Letting go switches a writable boolean over, unless who pressed has pointed elsewhere by then: a press
 * alone is no command. Why it could not be done is said to who poked and shown on the row.
 */
export const poke: RequestHandler = async (call, context) => {
  const [{ property }, [pressed]] = propertyOf(call, context);
  const { touches } = context;
  if (typeof pressed !== 'boolean') {
    throw new AlloError('ALLO_E_REQUEST_MALFORMED', 'poke takes true (pressed) or false (released)');
  }
  if (!isSwitchable(property)) {
    const reason = `${property.key} cannot be switched`;
    if (pressed) touches.refused(property.key, reason);
    throw new AlloError('ALLO_E_WRITE_READ_ONLY', reason);
  }
  if (pressed) touches.press(property.key, call.from);
  else await release(property, call, context);
  return [];
};

/** A poke that is not looked at, and why. Whoever lets go of a row holds it down no more, and sees why nothing follows. */
export function unheard(
  { from, addressed, args }: Omit<Call, 'proof'>,
  reason: string,
  { touches }: Pick<RequestContext, 'touches'>,
): void {
  const [key, pressed] = addressed ? [addressed.property.key, args[0]] : args;
  if (typeof key !== 'string' || pressed !== false) return;
  if (touches.release(key, from) === 'act') touches.refused(key, reason);
}

async function release(property: Property, call: Call, context: RequestContext): Promise<void> {
  const { touches } = context;
  const { key } = property;
  const what = touches.release(key, call.from);
  if (what === 'left') return;
  if (what === 'unpressed')
    throw new AlloError('ALLO_E_POKE_UNPRESSED', `you do not hold ${key} down: press it first`);
  try {
    context.mayCommand(call, { request: 'poke', target: key, value: false });
    await touches.inTurn(key, () => switchOver(property, context));
  } catch (error) {
    touches.refused(key, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function switchOver(property: Property, { outputs }: RequestContext): Promise<void> {
  const { value } = await property.thing.read(property.description.name);
  await outputs.command(property, value !== true);
}
