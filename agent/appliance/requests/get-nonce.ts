import { nonceLifetime } from '../nonces.ts';
import type { RequestHandler } from './request.ts';

/** `["get_nonce"]` → `["get_nonce", "ok", { nonce, expires_in }]`: for one proof of the sender's; seconds. */
export const getNonce: RequestHandler = ({ from }, context) => [
  { nonce: context.nonce(from), expires_in: nonceLifetime / 1e3 },
];
