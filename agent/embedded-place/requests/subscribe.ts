import { failed } from '../answers.ts';
import { parsePattern } from '../pattern.ts';
import type { RequestHandler } from './request.ts';

/** `["subscribe", pattern]` → `["subscribe", id]`; see `Pattern` for what it may say. */
export const subscribe: RequestHandler = (
  { agent, arguments: [text] },
  { subscriptions, limits, refusals },
) => {
  if (typeof text !== 'string') return refusals.invalid('subscribe');
  if (subscriptions.countOf(agent.owner) >= limits.subscriptionsPerAgent)
    return failed('subscribe', `an agent may have ${limits.subscriptionsPerAgent} subscriptions`);
  const pattern = parsePattern(text);
  if (typeof pattern === 'string') return failed('subscribe', pattern);
  return ['subscribe', subscriptions.add(agent.owner, pattern)];
};

/** `["unsubscribe", id]` → `["unsubscribe", "ok" | "not_subscribed"]` */
export const unsubscribe: RequestHandler = ({ agent, arguments: [id] }, { subscriptions, refusals }) => {
  if (typeof id !== 'string') return refusals.invalid('unsubscribe');
  return ['unsubscribe', subscriptions.remove(agent.owner, id) ? 'ok' : 'not_subscribed'];
};
