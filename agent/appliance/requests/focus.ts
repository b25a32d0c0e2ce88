import type { RequestHandler } from './request.ts';

/**
 * `["focus"]` → `["focus", "ok"]`: visors ask for it with the first poke of an entity, and would ask again with each
 * if it were denied. Nothing follows from it: there is nothing to type here.
 */
export const focus: RequestHandler = () => [];
