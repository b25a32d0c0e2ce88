import { allocateTrack } from './allocate-track.ts';
import { changeComponents } from './change-components.ts';
import { removeEntity } from './remove-entity.ts';
import type { RequestHandler } from './request.ts';
import { spawnEntity } from './spawn-entity.ts';
import { subscribe, unsubscribe } from './subscribe.ts';

/** What an agent that has announced itself may ask of the place, by name. */
export const requestHandlers: ReadonlyMap<string, RequestHandler> = new Map([
  ['allocate_track', allocateTrack],
  ['change_components', changeComponents],
  ['remove_entity', removeEntity],
  ['spawn_entity', spawnEntity],
  ['subscribe', subscribe],
  ['unsubscribe', unsubscribe],
]);
