import { Refusal } from '../answers.ts';
import type { RequestHandler } from './request.ts';

const NAME = 'launch_app';
const SCHEME = 'alloapp:';

/** `["launch_app", "alloapp:...", {...}]`: answered as by a place that does not reach the gateway of the app. */
export const launchApp: RequestHandler = ({ arguments: [url] }, { refusals }) =>
  typeof url === 'string' && url.startsWith(SCHEME)
    ? new Refusal('ALLO_E_AGENT_REQUEST', [NAME, 'error', 'Failed connection to app gateway'])
    : refusals.invalid(NAME);
