import type { Time } from '../time/time.ts';
import type { Body, Interaction } from '../wire/interaction.ts';
import { isObject, type Json, type JsonObject } from '../wire/json.ts';
import { PLACE } from '../wire/place-requests.ts';
import { failed, forbidden, invalid, noSuchRecipient, notUnderstood, Refusal } from './answers.ts';
import type { ConnectedAgent } from './connected-agent.ts';
import type { AgentFault } from './faults.ts';
import { OutstandingRequests } from './outstanding.ts';
import { requestHandlers } from './requests/index.ts';
import type { PlaceRooms } from './requests/request.ts';
import type { Owner } from './world.ts';

/** Disconnect data (protocol document, section 1). */
export const INITIALISATION_FAILED = 1002;
export const OUTDATED_VERSION = 1003;

/** What the interactions need of the place around them. */
export interface Surroundings extends PlaceRooms {
  readonly time: Time;
  readonly placeName: string;
  readonly announceVersion: number;
  readonly agents: ReadonlyMap<Owner, ConnectedAgent>;
  /** False where it could not be queued. */
  send(agent: ConnectedAgent, interaction: Interaction): boolean;
  count(agent: ConnectedAgent, fault: AgentFault): void;
  /** An agent has announced itself and has its avatar. */
  joined(agent: ConnectedAgent): void;
  /** Ends a connection with disconnect data `code`; `why` is for whoever runs the place. */
  turnAway(agent: ConnectedAgent, fault: AgentFault, code: number, why: string): void;
}

/** Interactions between entities, and what the place itself is asked. */
export class Interactions {
  readonly #place: Surroundings;
  readonly #outstanding: OutstandingRequests;

  constructor(place: Surroundings) {
    this.#place = place;
    this.#outstanding = new OutstandingRequests(place.time, place.limits.responseWithin);
  }

  /** True for a response that somebody waited for. */
  receive(agent: ConnectedAgent, interaction: Interaction): boolean {
    const result = this.#handle(agent, interaction);
    const refused = result instanceof Refusal;
    if (refused) this.#place.count(agent, result.fault);
    if (interaction.kind === 'response') return !refused;
    if (result && interaction.kind === 'request')
      this.#answer(agent, interaction, refused ? result.answer : result);
    return false;
  }

  /** An agent is gone: whoever waits for an answer of it is told so. */
  left(owner: Owner): void {
    for (const { requester, from, to, requestId, name } of this.#outstanding.leave(owner)) {
      const agent = this.#place.agents.get(requester);
      const body = noSuchRecipient(name, to).answer;
      if (agent) this.#send(agent, { kind: 'response', from: to, to: from, requestId, body });
    }
    this.#place.subscriptions.removeAll(owner);
  }

  /** Returns the answer, or nothing where it is somebody else's to give. */
  #handle(agent: ConnectedAgent, interaction: Interaction): Body | Refusal | undefined {
    const { kind, from, to, body } = interaction;
    const [name] = body;
    if (!agent.announced) return this.#announce(agent, interaction);
    if (this.#place.world.entity(from)?.owner !== agent.owner) return forbidden(name);
    if (kind === 'publication' && to === '') return this.#publish(interaction);
    if (to === PLACE) return this.#ask(agent, interaction);
    return this.#passOn(agent, interaction);
  }

  #announce(agent: ConnectedAgent, interaction: Interaction): Body | Refusal | undefined {
    const { kind, to, body } = interaction;
    const [name, ...rest] = body;
    if (kind !== 'request' || to !== PLACE || name !== 'announce')
      return new Refusal('ALLO_E_AGENT_ANNOUNCE', ['error', 'forbidden_request', name]);
    const { version, identity, spawn_avatar: avatar } = pairs(rest);
    if (typeof version === 'number' && version !== this.#place.announceVersion) {
      const why = `it speaks version ${version}, this is a place of version ${this.#place.announceVersion}`;
      this.#place.turnAway(agent, 'ALLO_E_AGENT_VERSION', OUTDATED_VERSION, why);
      return undefined;
    }
    if (typeof version !== 'number' || !isObject(identity) || !isObject(avatar)) return invalid(name);
    const entity = this.#place.entities.spawn(agent.owner, avatar, (count) => agent.spawns.take(count));
    if (typeof entity === 'string') {
      this.#answer(agent, interaction, ['announce', 'error', INITIALISATION_FAILED, entity]);
      this.#place.turnAway(agent, 'ALLO_E_AGENT_LIMIT', INITIALISATION_FAILED, entity);
      return undefined;
    }
    agent.announced = { displayName: displayNameIn(identity), avatarId: entity.id };
    this.#place.joined(agent);
    return ['announce', entity.id, this.#place.placeName];
  }

  #ask(agent: ConnectedAgent, { kind, from, body }: Interaction): Body | Refusal | undefined {
    const [name, ...rest] = body;
    if (kind === 'response') return new Refusal('ALLO_E_AGENT_UNASKED', body);
    if (kind !== 'request') return notUnderstood(this.#place.placeName, name);
    if (name === 'announce') return invalid(name);
    const handler = requestHandlers.get(name);
    if (!handler) return notUnderstood(this.#place.placeName, name);
    return handler({ agent, from, arguments: rest }, this.#place);
  }

  #passOn(agent: ConnectedAgent, interaction: Interaction): Refusal | undefined {
    const { kind, from, to, requestId, body } = interaction;
    const [name] = body;
    const recipient = this.#place.world.entity(to);
    const receiver = recipient && this.#place.agents.get(recipient.owner);
    if (kind === 'response' && !this.#outstanding.take(to, from, requestId))
      return new Refusal('ALLO_E_AGENT_UNASKED', body);
    if (!receiver) return noSuchRecipient(name, to);
    if (kind === 'request') {
      if (this.#outstanding.countOf(agent.owner) >= this.#place.limits.outstandingPerAgent)
        return failed(name, `${this.#place.limits.outstandingPerAgent} requests wait for an answer already`);
      const [requester, responder] = [agent.owner, receiver.owner];
      this.#outstanding.add({ requester, responder, from, to, requestId, name });
    }
    if (this.#send(receiver, interaction)) return undefined;
    if (kind === 'request') this.#outstanding.take(from, to, requestId);
    return failed(name, 'the recipient cannot keep up');
  }

  #publish(interaction: Interaction): undefined {
    for (const owner of this.#place.subscriptions.subscribersTo(interaction.body)) {
      const subscriber = this.#place.agents.get(owner);
      if (subscriber) this.#send(subscriber, interaction);
    }
  }

  /** In the name of whoever was asked, so that requesters can match it to what they asked. */
  #answer(agent: ConnectedAgent, { from, to, requestId }: Interaction, body: Body): void {
    this.#send(agent, { kind: 'response', from: to, to: from, requestId, body });
  }

  #send(agent: ConnectedAgent, interaction: Interaction): boolean {
    const sent = this.#place.send(agent, interaction);
    if (!sent) this.#place.count(agent, 'ALLO_E_AGENT_SLOW');
    return sent;
  }
}

/** `"key", value, "key", value, ...` as an object. */
function pairs(list: readonly Json[]): { readonly [key: string]: Json | undefined } {
  const found = new Map<string, Json>();
  for (let i = 0; i + 1 < list.length; i += 2) {
    const key = list[i];
    if (typeof key === 'string') found.set(key, list[i + 1]!);
  }
  return Object.fromEntries(found);
}

const LONGEST_DISPLAY_NAME = 200;

function displayNameIn(identity: JsonObject): string {
  const name = identity.display_name;
  return typeof name === 'string' ? name.slice(0, LONGEST_DISPLAY_NAME) : '';
}
