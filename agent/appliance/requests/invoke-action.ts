import { AlloError } from '../../errors.ts';
import type { RequestHandler } from './request.ts';

/** `["invoke_action", "thing.action"]` → `["invoke_action", "ok"]`, once it is done. */
export const invokeAction: RequestHandler = async (call, context) => {
  const [name, input = null] = call.args;
  if (typeof name !== 'string') {
    throw new AlloError(
      'ALLO_E_REQUEST_MALFORMED',
      'invoke_action names an action, such as "microphone.mute"',
    );
  }
  const dot = name.indexOf('.');
  const thing = context.things.get(name.slice(0, dot));
  const action = name.slice(dot + 1);
  if (!thing?.actions.some((candidate) => candidate.name === action)) {
    throw new AlloError('ALLO_E_REQUEST_UNKNOWN', `there is no action "${name.slice(0, 130)}"`);
  }
  context.mayCommand(call, { request: 'invoke_action', target: name, value: input });
  await thing.invoke(action);
  return [];
};
