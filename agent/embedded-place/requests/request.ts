import type { Body } from '../../wire/interaction.ts';
import type { Json } from '../../wire/json.ts';
import type { Refusal } from '../answers.ts';
import type { ConnectedAgent } from '../connected-agent.ts';
import type { Entities } from '../entities.ts';
import type { Limits } from '../limits.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { World } from '../world.ts';

/** What requests to the place work on. */
export interface PlaceRooms {
  readonly world: World;
  readonly entities: Entities;
  readonly subscriptions: Subscriptions;
  readonly limits: Limits;
}

/** A request to the place: its sender has announced itself and owns `from`. */
export interface PlaceRequest {
  readonly agent: ConnectedAgent;
  readonly from: string;
  readonly arguments: readonly Json[];
}

/** Grants a request, returning the answer, or refuses it. */
export type RequestHandler = (request: PlaceRequest, place: PlaceRooms) => Body | Refusal;
