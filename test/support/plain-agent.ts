import type { Closed, Connection, Dial } from '../../agent/connection/connection.ts';
import { type ClockPacket, decodeClock, encodeClock } from '../../agent/wire/clock.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { encodeIntent, type Intent, restingIntent } from '../../agent/wire/intent.ts';
import {
  type Body,
  decodeInteraction,
  encodeInteraction,
  type Interaction,
} from '../../agent/wire/interaction.ts';
import type { Json, JsonObject } from '../../agent/wire/json.ts';
import { decodeMedia, encodeMedia, type MediaPacket } from '../../agent/wire/media.ts';
import type { Outcome } from '../../agent/wire/rejection.ts';
import { decodeState, type StatePacket } from '../../agent/wire/state.ts';

const HISTORY = 100;

/**
 * The simplest agent that can be written against the protocol document: it notes what arrives, and keeps the
 * world by cloning it and merging patches into the clone.
 */
export class PlainAgent {
  readonly interactions: Interaction[] = [];
  readonly states: StatePacket[] = [];
  readonly media: MediaPacket[] = [];
  readonly clocks: ClockPacket[] = [];
  readonly worlds = new Map<number, JsonObject>();
  closed: Closed | undefined;
  avatarId = '';
  /** Whether each state is acknowledged as it arrives. */
  acknowledges = true;
  revision = 0;
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly #waiting = new Map<string, (body: Body) => void>();
  #requests = 0;
  #intent = restingIntent;

  static async connect(
    dial: Dial,
    port: number,
    dialect: Dialect = dialects.documented,
  ): Promise<PlainAgent> {
    const address = { host: 'place', port };
    const { signal } = new AbortController();
    return new PlainAgent(await dial(address, dialect.channels.count, signal), dialect);
  }

  private constructor(connection: Connection, dialect: Dialect) {
    this.connection = connection;
    this.dialect = dialect;
    connection.open({
      packet: (channel, data) => this.#packet(channel, data),
      closed: (reason) => {
        this.closed = reason;
      },
    });
  }

  get world(): JsonObject {
    return this.worlds.get(this.revision) ?? {};
  }

  /** Components of one entity, as this agent sees them. */
  components(id: string): JsonObject | undefined {
    const entity = this.world[id] as JsonObject | undefined;
    return entity?.components as JsonObject | undefined;
  }

  async announce(avatar: JsonObject = {}, displayName = 'Somebody'): Promise<Body> {
    const identity = { display_name: displayName };
    const { announceVersion } = this.dialect;
    const body: Body = ['announce', 'version', announceVersion, 'identity', identity, 'spawn_avatar', avatar];
    const answer = await this.request('place', body, '');
    if (typeof answer[1] === 'string') this.avatarId = answer[1];
    return answer;
  }

  /** Resolves with the response's body, whoever sends it. */
  request(to: string, body: Body, from = this.avatarId): Promise<Body> {
    const requestId = `request ${++this.#requests}`;
    return new Promise((resolve) => {
      this.#waiting.set(requestId, resolve);
      this.say({ kind: 'request', from, to, requestId, body });
    });
  }

  oneWay(to: string, body: Body): void {
    this.say({ kind: 'one-way', from: this.avatarId, to, requestId: '', body });
  }

  publish(body: Body): void {
    this.say({ kind: 'publication', from: this.avatarId, to: '', requestId: '', body });
  }

  respond(request: Interaction, body: Body): void {
    const { from, to, requestId } = request;
    this.say({ kind: 'response', from: to, to: from, requestId, body });
  }

  say(interaction: Interaction): void {
    this.#send(this.dialect.channels.interactions, encodeInteraction(interaction, this.dialect), true);
  }

  acknowledge(revision: number): void {
    this.#intent = { ...this.#intent, ackStateRevision: revision };
    this.#send(this.dialect.channels.state, encodeIntent(this.#intent, this.dialect), false);
  }

  /** Acts from now on, and is repeated with every acknowledgement. */
  intend(intent: Partial<Intent>): void {
    this.#intent = { ...restingIntent, ...intent };
    this.acknowledge(this.revision);
  }

  askTime(clientClock: number): void {
    const { clock } = this.dialect.channels;
    if (clock === undefined) throw new Error(`places of ${this.dialect.name} do not tell the time`);
    this.#send(clock, encodeClock({ clientClock }, this.dialect), false);
  }

  play(trackId: number, payload: Uint8Array): void {
    this.#send(this.dialect.channels.media, encodeMedia({ trackId, payload }, this.dialect), false);
  }

  #send(channel: number, packet: Outcome<Uint8Array>, reliable: boolean): void {
    this.connection.send(channel, wellFormed(packet), reliable);
  }

  #packet(channel: number, data: Uint8Array): void {
    const { state, interactions, media, clock } = this.dialect.channels;
    if (channel === interactions) this.#interaction(wellFormed(decodeInteraction(data)));
    if (channel === state) this.#state(wellFormed(decodeState(data)));
    if (channel === media) this.media.push(wellFormed(decodeMedia(data, this.dialect)));
    if (channel === clock) this.clocks.push(wellFormed(decodeClock(data)));
  }

  #interaction(interaction: Interaction): void {
    const { kind, requestId, body } = interaction;
    const resolve = kind === 'response' ? this.#waiting.get(requestId) : undefined;
    if (!resolve) {
      this.interactions.push(interaction);
      return;
    }
    this.#waiting.delete(requestId);
    resolve(body);
  }

  #state(packet: StatePacket): void {
    this.states.push(packet);
    if (packet.style === 'apply') throw new Error('the place speaks in merge patches');
    const base = packet.style === 'set' ? {} : this.worlds.get(packet.from);
    if (!base) throw new Error('a patch against a revision that was never sent');
    this.worlds.set(packet.revision, merged(base, packet.entities) as JsonObject);
    this.revision = packet.revision;
    if (this.worlds.size > HISTORY) this.worlds.delete(this.worlds.keys().next().value!);
    if (this.acknowledges) this.acknowledge(packet.revision);
  }
}

function wellFormed<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.detail}`);
  return outcome.value;
}

/** RFC 7396, section 2, as written there, on a clone. */
function merged(target: Json | undefined, patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isMap = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: Record<string, Json> = isMap ? structuredClone(target as Record<string, Json>) : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}
