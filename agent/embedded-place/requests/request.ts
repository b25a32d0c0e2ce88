import type { Dialect } from '../../wire/dialect.ts';
import type { Body } from '../../wire/interaction.ts';
import type { Json } from '../../wire/json.ts';
import type { Animations } from '../animations.ts';
import type { Refusal, Refusals } from '../answers.ts';
import type { ConnectedAgent } from '../connected-agent.ts';
import type { Entities } from '../entities.ts';
import type { Limits } from '../limits.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { Tracks } from '../tracks.ts';
import type { Owner, World } from '../world.ts';

/** What requests to the place work on. */
export interface PlaceRooms {
  readonly dialect: Dialect;
  readonly world: World;
  readonly entities: Entities;
  readonly tracks: Tracks;
  readonly animations: Animations;
  readonly subscriptions: Subscriptions;
  readonly agents: ReadonlyMap<Owner, ConnectedAgent>;
  readonly refusals: Refusals;
  readonly limits: Limits;
  /** An agent asked for what a real place would have crashed on; `what` it was, in words. */
  crash(agent: ConnectedAgent, what: string): void;
  /** Sends an agent away because another asked for it. */
  kick(agent: ConnectedAgent): void;
}

/** A request to the place: its sender has announced itself and, where senders are checked, owns `from`. */
export interface PlaceRequest {
  readonly agent: ConnectedAgent;
  readonly from: string;
  readonly arguments: readonly Json[];
}

/** Grants a request, returning the answer, or refuses it. */
export type RequestHandler = (request: PlaceRequest, place: PlaceRooms) => Body | Refusal;
