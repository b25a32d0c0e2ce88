import type { Closed, Connection } from '../connection/connection.ts';
import { Counters } from '../counters.ts';
import type { Time } from '../time/time.ts';
import { decodeAsset, LONGEST_ASSET_PACKET } from '../wire/asset.ts';
import { type Dialect, dialects, timelyChannels } from '../wire/dialect.ts';
import { decodeIntent } from '../wire/intent.ts';
import { decodeInteraction, encodeInteraction } from '../wire/interaction.ts';
import { decodeMedia } from '../wire/media.ts';
import { PLACE } from '../wire/place-requests.ts';
import type { Outcome, RejectionCode } from '../wire/rejection.ts';
import { Animations } from './animations.ts';
import { Refusals } from './answers.ts';
import { AssetRelay } from './assets/relay.ts';
import { ConnectedAgent } from './connected-agent.ts';
import { Entities } from './entities.ts';
import type { AgentFault } from './faults.ts';
import { INITIALISATION_FAILED, Interactions } from './interactions.ts';
import { lethalIn } from './lethal.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { MediaRelay } from './media-relay.ts';
import { actuate, movesOn } from './motion.ts';
import { PlaceClock } from './place-clock.ts';
import { StateStream } from './state-stream.ts';
import { Subscriptions } from './subscriptions.ts';
import type { TokenBucket } from './token-bucket.ts';
import { Tracks } from './tracks.ts';
import { type Owner, THE_PLACE, World } from './world.ts';

/** Disconnect data (protocol document, section 1). */
const CONNECTION_LOST = 1000;
const COULD_NOT_CONNECT = 1004;
const KICKED = 1005;

/** An agent as others may know it. */
export interface AgentInfo {
  readonly displayName: string;
  readonly avatarId: string;
  /** Where it is: `host:port`. */
  readonly remote: string;
}

/** What happens in a place, for whoever runs it. None of these may throw. */
export interface EmbeddedPlaceEvents {
  joined?(agent: AgentInfo): void;
  /** An agent that had joined is gone; `closed` says who ended it and with what code. */
  left?(agent: AgentInfo, closed: Closed): void;
  /** A connection did not become an agent of the place: too late, too many, or of another version. */
  turnedAway?(remote: string, why: string): void;
  /** An agent sent a packet that a real place of this dialect would have crashed on; `what` it was, in words. */
  lethal?(remote: string, what: string): void;
}

export interface EmbeddedPlaceOptions {
  readonly name: string;
  readonly time: Time;
  /** States a second at most; default as places of the dialect send them. */
  readonly heartbeat?: number;
  /** How agents are spoken to; default `documented`. */
  readonly dialect?: Dialect;
  readonly limits?: Partial<Limits>;
  readonly events?: EmbeddedPlaceEvents;
}

/**
 * A small real place: whoever is connected to it joins, spawns entities, talks, subscribes, sends tracks and
 * sees the world, as the protocol document says. Hand it the connections of any `Listen`.
 */
export class EmbeddedPlace {
  readonly name: string;
  /** What agents did that was not taken, everybody's together. */
  readonly faults = new Counters<AgentFault | RejectionCode>();
  readonly #time: Time;
  readonly #dialect: Dialect;
  readonly #limits: Limits;
  readonly #events: EmbeddedPlaceEvents;
  readonly #world = new World();
  readonly #tracks = new Tracks();
  readonly #entities: Entities;
  readonly #animations: Animations;
  readonly #clock: PlaceClock;
  readonly #relay: MediaRelay;
  readonly #assets: AssetRelay;
  readonly #agents = new Map<Owner, ConnectedAgent>();
  readonly #interactions: Interactions;
  readonly #stream: StateStream;
  #lastOwner = THE_PLACE;
  #stopped = false;

  constructor(options: EmbeddedPlaceOptions) {
    this.name = options.name;
    this.#time = options.time;
    this.#dialect = options.dialect ?? dialects.documented;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#events = options.events ?? {};
    this.#clock = new PlaceClock(this.#time, this.#dialect);
    this.#entities = new Entities(this.#world, this.#tracks, this.#limits, this.#dialect.manners);
    this.#animations = new Animations(this.#world, this.#entities, this.#limits);
    this.#relay = new MediaRelay(this.#dialect, this.#tracks, this.#agents);
    this.#assets = new AssetRelay({
      time: this.#time,
      dialect: this.#dialect,
      limits: this.#limits,
      agents: this.#agents,
      count: (agent, fault) => this.#count(agent, fault),
    });
    if (this.#dialect.manners.showsPlace) this.#entities.spawnPlace();
    this.#interactions = new Interactions({
      dialect: this.#dialect,
      world: this.#world,
      entities: this.#entities,
      tracks: this.#tracks,
      animations: this.#animations,
      refusals: new Refusals(this.#dialect, this.name),
      subscriptions: new Subscriptions(),
      agents: this.#agents,
      limits: this.#limits,
      time: this.#time,
      placeName: this.name,
      count: (agent, fault) => this.#count(agent, fault),
      joined: (agent) => this.#joined(agent),
      crash: (agent, what) => this.#crash(agent, what),
      kick: (agent) => agent.dismiss(KICKED),
      turnAway: (agent, fault, code, why) => this.#turnAway(agent, fault, code, why),
      send: (agent, interaction) => {
        const packet = encodeInteraction(interaction, this.#dialect);
        return packet.ok && agent.connection.send(this.#dialect.channels.interactions, packet.value, true);
      },
    });
    const interval = 1000 / (options.heartbeat ?? this.#dialect.stateRate.perSecond);
    const stream = { time: this.#time, clock: this.#clock, dialect: this.#dialect, interval };
    this.#stream = new StateStream(this.#world, stream, {
      act: (seconds) => this.#act(seconds),
      send: (agent, bytes) => agent.connection.send(this.#dialect.channels.state, bytes, false),
    });
  }

  /** Channels a listener in front of this place should offer. */
  get channels(): number {
    return this.#dialect.channels.count;
  }

  /** Who has joined, the longest here first. */
  get agents(): AgentInfo[] {
    return [...this.#agents.values()].flatMap((agent) => infoOf(agent) ?? []);
  }

  /** Takes a new connection in. It has to announce itself soon. */
  accept(connection: Connection): void {
    const agent = new ConnectedAgent(++this.#lastOwner, connection, this.#time, this.#limits);
    const full = this.#stopped || this.#agents.size >= this.#limits.agents;
    connection.open(
      {
        packet: (channel, data) => this.#packet(agent, channel, data),
        closed: (reason) => this.#closed(agent, reason),
      },
      timelyChannels(this.#dialect),
    );
    if (full) {
      this.#turnAway(agent, 'ALLO_E_AGENT_LIMIT', COULD_NOT_CONNECT, 'the place is full');
      return;
    }
    this.#agents.set(agent.owner, agent);
    agent.cancelDeadline = this.#time.after(this.#limits.announceWithin, () => {
      this.#turnAway(agent, 'ALLO_E_AGENT_ANNOUNCE', INITIALISATION_FAILED, 'it did not announce itself');
    });
    if (this.#dialect.stateBeforeAnnounce) this.#stream.follow(agent);
  }

  /** Ends every connection, telling each agent that the place is gone. */
  stop(): void {
    this.#stopped = true;
    this.#stream.stop();
    this.#assets.stop();
    for (const agent of this.#agents.values()) agent.dismiss(CONNECTION_LOST);
  }

  /** Lets everybody's intents act; says whether somebody keeps moving. */
  #act(seconds: number): boolean {
    let moving = false;
    for (const agent of [...this.#agents.values()].reverse()) {
      if (this.#dialect.manners.freezes && !agent.intends) return moving;
      actuate(this.#world, this.#entities, agent, seconds);
      if (agent.intent && movesOn(agent.intent)) moving = true;
    }
    this.#animations.act(this.#clock.now());
    return moving;
  }

  #joined(agent: ConnectedAgent): void {
    agent.cancelDeadline();
    if (!this.#dialect.stateBeforeAnnounce) this.#stream.follow(agent);
    const info = infoOf(agent);
    if (info) this.#events.joined?.(info);
  }

  #turnAway(agent: ConnectedAgent, fault: AgentFault, code: number, why: string): void {
    this.#count(agent, fault);
    agent.dismiss(code);
    this.#events.turnedAway?.(agent.connection.remote, why);
  }

  #closed(agent: ConnectedAgent, reason: Closed): void {
    if (!this.#agents.delete(agent.owner)) return;
    agent.cancelDeadline();
    this.#stream.unfollow(agent);
    this.#entities.removeOwnedBy(agent.owner);
    this.#interactions.left(agent.owner);
    this.#assets.left(agent);
    this.#stream.wake();
    const info = infoOf(agent);
    if (info) this.#events.left?.(info, reason);
  }

  #packet(agent: ConnectedAgent, channel: number, data: Uint8Array): void {
    if (agent.leaving || !this.#agents.has(agent.owner)) return;
    const { state, interactions, assets, media, video, clock } = this.#dialect.channels;
    if (channel === interactions) this.#interaction(agent, channel, data);
    else if (channel === state) this.#intent(agent, channel, data);
    else if (channel === media || channel === video) this.#media(agent, channel, data);
    else if (channel === assets) this.#asset(agent, channel, data);
    else if (channel === clock) this.#clockProbe(agent, channel, data);
    else if (this.#survives(agent, channel, data)) this.#count(agent, 'ALLO_E_AGENT_CHANNEL');
  }

  #interaction(agent: ConnectedAgent, channel: number, data: Uint8Array): void {
    if (!this.#within(agent, agent.interactions, channel, data)) return;
    const interaction = this.#understood(decodeInteraction(data));
    if (!interaction) return;
    const asked = this.#interactions.receive(agent, interaction);
    // Whoever asked has paid for the answer: asking much of an agent must not use up what that may say.
    if (asked) agent.interactions.giveBack(this.#tokensFor(data));
    if (interaction.to === PLACE && this.#dialect.stateRate.atOnce) this.#stream.hurry();
    else if (this.#world.changed) this.#stream.wake();
  }

  #intent(agent: ConnectedAgent, channel: number, data: Uint8Array): void {
    if (!this.#within(agent, agent.intents, channel, data)) return;
    const intent = this.#understood(decodeIntent(data));
    if (!intent || !this.#isServed(agent)) return;
    const { acknowledged } = agent;
    agent.intent = intent;
    agent.intends = agent.announced !== undefined;
    const poses = Object.keys(intent.poses).length > 0;
    const lost = agent.acknowledged === 0 && acknowledged !== 0;
    if (lost || poses || movesOn(intent) || intent.yaw !== agent.turned) this.#stream.wake();
  }

  #media(agent: ConnectedAgent, channel: number, data: Uint8Array): void {
    if (!this.#within(agent, agent.media, channel, data, this.#limits.mediaSize)) return;
    const packet = this.#understood(decodeMedia(data, this.#dialect));
    if (!packet || !this.#mayAct(agent)) return;
    if (!this.#relay.maySend(agent, packet.trackId)) {
      this.#count(agent, 'ALLO_E_AGENT_FORBIDDEN');
      return;
    }
    for (const listener of this.#relay.listeners(agent, packet.trackId))
      if (!listener.connection.send(channel, data, false)) this.#count(listener, 'ALLO_E_AGENT_SLOW');
  }

  #asset(agent: ConnectedAgent, channel: number, data: Uint8Array): void {
    if (!this.#within(agent, agent.assets, channel, data, LONGEST_ASSET_PACKET)) return;
    const packet = this.#understood(decodeAsset(data));
    if (!packet || !this.#mayAct(agent)) return;
    if (this.#assets.receive(agent, packet)) agent.assets.giveBack(this.#tokensFor(data));
  }

  #clockProbe(agent: ConnectedAgent, channel: number, data: Uint8Array): void {
    if (!this.#within(agent, agent.clockProbes, channel, data)) return;
    if (!this.#isServed(agent)) return;
    const answer = this.#understood(this.#clock.answer(data));
    if (answer) agent.connection.send(channel, answer, false);
  }

  /** Whether it is worth looking at a packet at all. */
  #within(
    agent: ConnectedAgent,
    rate: TokenBucket,
    channel: number,
    data: Uint8Array,
    size = this.#limits.packetSize,
  ): boolean {
    const fits = data.length <= size;
    if (fits && rate.take(this.#tokensFor(data))) return this.#survives(agent, channel, data);
    this.#count(agent, fits ? 'ALLO_E_AGENT_FLOOD' : 'ALLO_E_AGENT_TOO_LARGE');
    return false;
  }

  #survives(agent: ConnectedAgent, channel: number, data: Uint8Array): boolean {
    const lethal = lethalIn(channel, data, this.#dialect);
    if (lethal !== undefined) this.#crash(agent, lethal);
    return lethal === undefined;
  }

  /** A real place would be gone now, and with it everybody: who did it loses this one alone. */
  #crash(agent: ConnectedAgent, what: string): void {
    this.#count(agent, 'ALLO_E_AGENT_LETHAL');
    agent.dismiss(CONNECTION_LOST);
    this.#events.lethal?.(agent.connection.remote, what);
  }

  #tokensFor(data: Uint8Array): number {
    return Math.max(1, data.length / this.#limits.bytesPerToken);
  }

  /** Places that show their state to whoever is connected take acknowledgements and clock probes of them, too. */
  #isServed(agent: ConnectedAgent): boolean {
    return this.#dialect.stateBeforeAnnounce || this.#mayAct(agent);
  }

  #mayAct(agent: ConnectedAgent): boolean {
    if (agent.announced) return true;
    this.#count(agent, 'ALLO_E_AGENT_ANNOUNCE');
    return false;
  }

  #understood<T>(outcome: Outcome<T>): T | undefined {
    if (outcome.ok) return outcome.value;
    this.faults.count(outcome.code);
    return undefined;
  }

  #count(agent: ConnectedAgent, fault: AgentFault): void {
    agent.faults.count(fault);
    this.faults.count(fault);
  }
}

function infoOf({ announced, connection }: ConnectedAgent): AgentInfo | undefined {
  return announced && { ...announced, remote: connection.remote };
}
