import { describe } from './describe.ts';
import { focus } from './focus.ts';
import { getNonce } from './get-nonce.ts';
import { invokeAction } from './invoke-action.ts';
import { observeProperty, unobserveProperty } from './observe-property.ts';
import { poke } from './poke.ts';
import { propertyHistory } from './property-history.ts';
import { readProperty } from './read-property.ts';
import type { RequestHandler } from './request.ts';
import { writeProperty } from './write-property.ts';

/** Every request the appliance answers, by its name on the wire. */
export const requestHandlers: ReadonlyMap<string, RequestHandler> = new Map([
  ['read_property', readProperty],
  ['write_property', writeProperty],
  ['observe_property', observeProperty],
  ['unobserve_property', unobserveProperty],
  ['property_history', propertyHistory],
  ['poke', poke],
  ['focus', focus],
  ['describe', describe],
  ['invoke_action', invokeAction],
  ['get_nonce', getNonce],
]);

/** Those that have something done: each is logged, whatever becomes of it. */
export const commands: ReadonlySet<string> = new Set(['write_property', 'invoke_action', 'poke']);
