import type { Time } from '../time/time.ts';
import type { Body, Interaction } from '../wire/interaction.ts';
import { isObject, type Json, type JsonObject } from '../wire/json.ts';
import { PLACE } from '../wire/place-requests.ts';
import { failed, Refusal } from './answers.ts';
import type { ConnectedAgent } from './connected-agent.ts';
import type { AgentFault } from './faults.ts';
import { OutstandingRequests } from './outstanding.ts';
import { requestHandlers } from './requests/index.ts';
import type { PlaceRooms, RequestHandler } from './requests/request.ts';
import type { Owner } from './world.ts';

/** Disconnect data (protocol document, section 1). */
export const INITIALISATION_FAILED = 1002;
export const OUTDATED_VERSION = 1003;
/** What places that answer an announcement of another version say. */
const OUTDATED = 'Please update your app. Outdated network protocol.';

/** What the interactions need of the place around them. */
export interface Surroundings extends PlaceRooms {
  readonly time: Time;
  readonly placeName: string;
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
  readonly #handlers: ReadonlyMap<string, RequestHandler>;

  constructor(place: Surroundings) {
    this.#place = place;
    this.#handlers = requestHandlers(place.dialect.manners.requests);
    this.#outstanding = new OutstandingRequests(place.time, place.limits.responseWithin);
  }

  /** True for a response that somebody waited for. */
  receive(agent: ConnectedAgent, interaction: Interaction): boolean {
    const result = this.#handle(agent, interaction);
    const refused = result instanceof Refusal;
    if (refused) this.#place.count(agent, result.fault);
    if (interaction.kind === 'response') return !refused;
    const body = refused ? result.answer : result;
    if (body && interaction.kind === 'request') this.#answer(agent, interaction, body);
    else if (body && refused && this.#place.dialect.manners.returnsOneWays && interaction.to !== PLACE)
      this.#return(agent, interaction, body);
    return false;
  }

  /** An agent is gone: whoever waits for an answer of it is told so. */
  left(owner: Owner): void {
    for (const { requester, from, to, requestId, name } of this.#outstanding.leave(owner)) {
      const agent = this.#place.agents.get(requester);
      const body = this.#place.refusals.noSuchRecipient(name, to).answer;
      if (agent && body) this.#send(agent, { kind: 'response', from: to, to: from, requestId, body });
    }
    this.#place.subscriptions.removeAll(owner);
    this.#place.tracks.unsubscribeAll(owner);
  }

  /** Returns the answer, or nothing where it is somebody else's to give. */
  #handle(agent: ConnectedAgent, interaction: Interaction): Body | Refusal | undefined {
    const { dialect, world, refusals } = this.#place;
    const { kind, from, to, body } = interaction;
    if (!agent.announced) return this.#announce(agent, interaction);
    if (dialect.senderChecked && world.entity(from)?.owner !== agent.owner)
      return refusals.forbidden(body[0]);
    if (kind === 'publication' && to === '' && dialect.publications === 'delivered')
      return this.#publish(interaction);
    if (to === PLACE) return this.#ask(agent, interaction);
    return this.#passOn(agent, interaction);
  }

  #announce(agent: ConnectedAgent, interaction: Interaction): Body | Refusal | undefined {
    const { dialect, refusals, entities, placeName } = this.#place;
    const { kind, to, body } = interaction;
    const [name, ...rest] = body;
    if (kind !== 'request' || to !== PLACE || name !== 'announce') return refusals.unannounced(name);
    const { version, identity, spawn_avatar: avatar } = pairs(rest);
    if (version === undefined) return refusals.invalid(name);
    if (version !== dialect.announceVersion && dialect.otherVersion !== 'accepted') {
      const why = `it speaks version ${JSON.stringify(version)}, this is a place of version ${dialect.announceVersion}`;
      if (dialect.otherVersion === 'answered')
        this.#answer(agent, interaction, ['announce', 'error', OUTDATED_VERSION, OUTDATED]);
      this.#place.turnAway(agent, 'ALLO_E_AGENT_VERSION', OUTDATED_VERSION, why);
      return undefined;
    }
    if (!isObject(identity) || !isObject(avatar)) return refusals.invalid(name);
    const entity = entities.spawn(agent.owner, avatar, (count) => agent.spawns.take(count));
    if (typeof entity === 'string') {
      this.#answer(agent, interaction, ['announce', 'error', INITIALISATION_FAILED, entity]);
      this.#place.turnAway(agent, 'ALLO_E_AGENT_LIMIT', INITIALISATION_FAILED, entity);
      return undefined;
    }
    agent.announced = { displayName: displayNameIn(identity), avatarId: entity.id };
    this.#place.joined(agent);
    return ['announce', entity.id, placeName];
  }

  #ask(agent: ConnectedAgent, { kind, from, body }: Interaction): Body | Refusal | undefined {
    const { refusals } = this.#place;
    const [name, ...rest] = body;
    if (kind === 'response') return new Refusal('ALLO_E_AGENT_UNASKED');
    if (kind !== 'request') return refusals.notUnderstood(name);
    if (name === 'announce') return refusals.invalid(name);
    const handler = this.#handlers.get(name);
    if (!handler) return refusals.notUnderstood(name);
    return handler({ agent, from, arguments: rest }, this.#place);
  }

  #passOn(agent: ConnectedAgent, interaction: Interaction): Refusal | undefined {
    const { dialect, refusals, world, agents } = this.#place;
    const { kind, from, to, requestId, body } = interaction;
    const recipient = world.entity(to);
    const receiver = recipient && agents.get(recipient.owner);
    if (dialect.senderChecked && kind === 'response' && !this.#outstanding.take(to, from, requestId))
      return new Refusal('ALLO_E_AGENT_UNASKED');
    if (!receiver) return refusals.noSuchRecipient(body[0], to);
    return dialect.senderChecked && kind === 'request'
      ? this.#passOnRequest(agent, receiver, interaction)
      : this.#deliver(receiver, interaction);
  }

  /** Remembers that it was asked, so that the answer may come back. */
  #passOnRequest(
    agent: ConnectedAgent,
    receiver: ConnectedAgent,
    interaction: Interaction,
  ): Refusal | undefined {
    const { from, to, requestId, body } = interaction;
    const [name] = body;
    const most = this.#place.limits.outstandingPerAgent;
    if (this.#outstanding.countOf(agent.owner) >= most)
      return failed(name, `${most} requests wait for an answer already`);
    const [requester, responder] = [agent.owner, receiver.owner];
    this.#outstanding.add({ requester, responder, from, to, requestId, name });
    const refused = this.#deliver(receiver, interaction);
    if (refused) this.#outstanding.take(from, to, requestId);
    return refused;
  }

  #deliver(receiver: ConnectedAgent, interaction: Interaction): Refusal | undefined {
    return this.#send(receiver, interaction)
      ? undefined
      : failed(interaction.body[0], 'the recipient cannot keep up');
  }

  #publish(interaction: Interaction): undefined {
    for (const owner of this.#place.subscriptions.subscribersTo(interaction.body)) {
      const subscriber = this.#place.agents.get(owner);
      if (subscriber) this.#send(subscriber, interaction);
    }
  }

  /** In the name of whoever was asked, so that requesters can match it to what they asked; or of nobody else. */
  #answer(agent: ConnectedAgent, { from, to, requestId }: Interaction, body: Body): void {
    const addressed = this.#place.dialect.manners.addressedAnswers;
    const ends = addressed ? { from: to, to: from } : { from: PLACE, to: '' };
    this.#send(agent, { kind: 'response', ...ends, requestId, body });
  }

  /** What could not be delivered comes back as an error. */
  #return(agent: ConnectedAgent, { from, to, requestId }: Interaction, body: Body): void {
    this.#send(agent, { kind: 'one-way', from: to, to: from, requestId, body });
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
