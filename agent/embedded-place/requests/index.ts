import type { PlaceRequestName } from '../../wire/manners.ts';
import { kickAgent, listAgents } from './agents.ts';
import { allocateTrack } from './allocate-track.ts';
import { addPropertyAnimation, removePropertyAnimation } from './animate.ts';
import { changeComponents } from './change-components.ts';
import { launchApp } from './launch-app.ts';
import { mediaTrack } from './media-track.ts';
import { removeEntity } from './remove-entity.ts';
import type { RequestHandler } from './request.ts';
import { spawnEntity } from './spawn-entity.ts';
import { subscribe, unsubscribe } from './subscribe.ts';

const handlers: Readonly<Record<PlaceRequestName, RequestHandler>> = {
  add_property_animation: addPropertyAnimation,
  allocate_track: allocateTrack,
  change_components: changeComponents,
  kick_agent: kickAgent,
  launch_app: launchApp,
  list_agents: listAgents,
  media_track: mediaTrack,
  remove_entity: removeEntity,
  remove_property_animation: removePropertyAnimation,
  spawn_entity: spawnEntity,
  subscribe,
  unsubscribe,
};

/** What an agent that has announced itself may ask of a place that understands these requests. */
export function requestHandlers(names: readonly PlaceRequestName[]): ReadonlyMap<string, RequestHandler> {
  return new Map(names.map((name) => [name, handlers[name]]));
}
