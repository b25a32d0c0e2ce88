import type { Connection, Listener } from '../../agent/connection/connection.ts';
import { MemoryNetwork } from '../../agent/connection/memory-network.ts';
import { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { Value } from './lethal.ts';
import type { Description } from './lethal-components.ts';
import type { LethalScene } from './lethal-scene.ts';
import { isPlaceRequest, type PlaceKind, Referee, type Said } from './referee.ts';

export const STRICT_ADDRESS = { host: 'strict.example', port: 21_337 };

/** How a place feels about a request. */
export type Mood = 'yes' | 'no' | 'silent';

/** A track of somebody else, which everybody who joins sees in the world. */
export const OTHERS_TRACK = 77;
const othersMedia = { live_media: { track_id: OTHERS_TRACK, type: 'audio', format: 'opus' } };

const OUTDATED = 1003;
const enforcing: readonly PlaceKind[] = ['documented', 'alloplace', 'v4'];

const utf8 = new TextEncoder();

/**
 * A place of one kind that judges every packet by the referee, and plays along well enough for an agent to live in
 * it: state, announcement, entities, tracks, subscriptions, clock, one asset. In virtual time.
 */
export class StrictPlace {
  readonly time = new VirtualTime(1_000);
  readonly network = new MemoryNetwork(this.time);
  readonly kind: PlaceKind;
  readonly #searched: boolean;
  /** What would have killed it. */
  readonly wounds: string[] = [];
  /** Packets received. */
  packets = 0;
  /** The same by what they were: `announce`, `intent`, `media`, ... */
  readonly heard = new Map<string, number>();
  mood: () => Mood = () => 'yes';
  /** What an asset is that the place holds, by its id. */
  readonly assets = new Map<string, Uint8Array>();
  #revision = 0;
  /** Requests that it has not answered. */
  #unanswered: Said[] = [];
  #ids = 0;
  #listener: Listener | undefined;
  #connection: Connection | undefined;
  #referee: Referee;

  /** `searched`: its agents find out what it speaks. */
  constructor(kind: PlaceKind, searched = false) {
    this.kind = kind;
    this.#searched = searched;
    this.#referee = new Referee(kind, searched);
  }

  async open(): Promise<void> {
    const { channels } = this.#referee.facts;
    this.#listener = await this.network.listen(STRICT_ADDRESS, channels.length, (connection) =>
      this.#welcome(connection),
    );
  }

  async close(): Promise<void> {
    await this.#listener?.close(0);
  }

  /** Ends the connection. Only those who throw other versions out say that somebody is outdated. */
  disconnect(code: number): void {
    this.#connection?.close(code === OUTDATED && !enforcing.includes(this.kind) ? 0 : code);
  }

  /** Says something to the agent, as anybody may: to its avatar unless told otherwise. */
  say(type: string, from: string, body: Value, id = ''): void {
    this.#say(['interaction', type, from, this.#referee.avatar ?? '', id, body]);
  }

  /** Asks the agent for part of an asset. */
  want(id: string, start: number, length: number): void {
    const channel = this.#referee.facts.channels.indexOf('assets');
    if (channel < 0) return;
    this.#connection?.send(channel, asset(1, { id, range: [start, length] }, new Uint8Array()), true);
  }

  /** Somebody else changes what entities there are, and the agent sees it before anything else happens. */
  async befall(change: (scene: LethalScene) => void): Promise<void> {
    const { options } = this.network;
    const { delay } = options;
    // All that is on its way arrives first, so that what is sent is never judged by what could not be known.
    options.delay = () => 0;
    await this.time.advance(delay());
    await this.time.advance(0);
    if (this.#referee.avatar !== undefined) {
      change(this.#referee.scene);
      this.#show();
    }
    await this.time.advance(0);
    options.delay = delay;
  }

  /** Answers what it has left unanswered, at last. */
  answerAll(): void {
    for (const said of this.#unanswered.splice(0)) this.#respond(said, this.#agree(said));
    this.#show();
  }

  /** Says something nobody can make sense of where an answer is waited for. */
  babble(odd: readonly Value[]): void {
    const said = this.#unanswered.shift();
    // Where an id is awaited any string is one.
    const named = typeof odd[0] === 'string' && odd[0] !== 'failed' && odd[0] !== 'error' && odd[0] !== '';
    if (!said || (named && said.body[0] !== 'allocate_track')) return;
    this.#respond(said, odd.length > 0 ? [said.body[0], ...odd] : []);
  }

  /** As after so many states. */
  skipTo(revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
    this.#show();
  }

  /** A raw packet, ended as such a place ends it. */
  send(use: 'state' | 'interactions' | 'clock', packet: Value, reliable: boolean): void {
    const { channels, end } = this.#referee.facts;
    const bytes = utf8.encode(JSON.stringify(packet) + end);
    if (channels.includes(use)) this.#connection?.send(channels.indexOf(use), bytes, reliable);
  }

  #welcome(connection: Connection): void {
    const referee = new Referee(this.kind, this.#searched);
    this.#connection = connection;
    this.#referee = referee;
    this.#unanswered = [];
    referee.scene.put('visitor', othersMedia, false);
    connection.open({
      packet: (channel, data) => this.#receive(connection, referee, channel, data),
      closed: () => {},
    });
    if (this.kind !== 'documented') this.#show();
  }

  #receive(connection: Connection, referee: Referee, channel: number, data: Uint8Array): void {
    this.packets++;
    const wound = referee.judge(channel, data);
    const use = referee.facts.channels[channel];
    const said = wound === undefined && use === 'interactions' ? referee.read(data) : undefined;
    const name = said ? nameOf(said) : String(use);
    this.heard.set(name, (this.heard.get(name) ?? 0) + 1);
    if (wound !== undefined) {
      this.wounds.push(`${wound} (channel ${channel}: ${new TextDecoder().decode(data).slice(0, 300)})`);
      return;
    }
    if (connection !== this.#connection) return;
    if (use === 'clock') this.#tellTime(data);
    if (use === 'assets') this.#serve(channel, data);
    if (said?.type !== 'request' || said.to !== 'place') return;
    if (said.body[0] === 'announce' && said.body[2] !== referee.facts.version) this.#outdated(said);
    else this.#answer(said);
  }

  /** Those who enforce their version throw others out; the rest take anybody. */
  #outdated(announcement: Said): void {
    if (!enforcing.includes(this.kind)) {
      this.#answer(announcement);
      return;
    }
    if (this.kind === 'v4') this.#respond(announcement, ['announce', 'error', OUTDATED, 'Please update.']);
    this.disconnect(OUTDATED);
  }

  #answer(request: Said): void {
    const asked = this.mood();
    // It may keep people waiting, but takes everybody.
    const mood = request.body[0] === 'announce' && asked === 'no' ? 'yes' : asked;
    if (mood === 'silent') {
      this.#unanswered.push(request);
      return;
    }
    const answer = mood === 'yes' ? this.#agree(request) : this.#refuse(request);
    this.#respond(request, answer);
    this.#show();
  }

  #respond({ id }: Said, answer: Value): void {
    this.#say(['interaction', 'response', 'place', '', id, answer]);
  }

  #refuse({ body: [name, subject, verb] }: Said): Value {
    if (name === 'media_track' && verb === 'subscribe') this.#referee.subscribed.delete(subject as number);
    if (name === 'remove_entity') this.#referee.undo();
    return [name, 'failed', 'not today'];
  }

  #agree({ from, body: [name, ...args] }: Said): Value {
    const referee = this.#referee;
    switch (name) {
      case 'announce': {
        const id = this.#nextId('avatar');
        referee.scene.avatar = id;
        referee.scene.put(id, args[5] as Description, true);
        return [name, id, 'Strict'];
      }
      case 'spawn_entity': {
        const id = this.#nextId('entity');
        referee.scene.put(id, args[0] as Description, true);
        return [name, id];
      }
      case 'allocate_track': {
        const track = ++this.#ids;
        if (!referee.scene.isOurs(from)) return [name, 'failed', 'no such entity'];
        referee.tracks.add(track);
        referee.scene.write(from, { live_media: { track_id: track, type: 'audio', format: 'opus' } }, []);
        return [name, 'ok', track];
      }
      default:
        return [name, 'ok', args[0] ?? null];
    }
  }

  #show(): void {
    const entities = [...this.#referee.scene.things].map(([id, { components }]) => ({ id, components }));
    const revision = ++this.#revision;
    if (this.kind === 'v1') this.send('state', { entities, revision }, false);
    else {
      const byId = Object.fromEntries(entities.map((entity) => [entity.id, entity]));
      this.send('state', { patch_style: 'set', entities: byId, revision }, false);
    }
  }

  #tellTime(data: Uint8Array): void {
    const probe = JSON.parse(new TextDecoder().decode(data)) as Record<string, number>;
    const server = this.kind === 'documented' ? 'server_clock' : 'server_time';
    this.send('clock', { ...probe, [server]: this.time.now() / 1e3 }, false);
  }

  #serve(channel: number, data: Uint8Array): void {
    const view = new DataView(data.buffer, data.byteOffset);
    if (view.getUint16(0) !== 1) return;
    const header = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + view.getUint16(2)))) as {
      id: string;
      range: [number, number];
    };
    const content = this.assets.get(header.id);
    const [start, length] = header.range;
    if (!content) {
      const failure = { id: header.id, error_code: 1, error_reason: 'not here' };
      this.#connection?.send(channel, asset(3, failure, new Uint8Array()), true);
      return;
    }
    const part = content.subarray(start, start + length);
    this.#referee.totals.set(header.id, content.length);
    const told = { id: header.id, range: [start, part.length], total_length: content.length };
    this.#connection?.send(channel, asset(2, told, part), true);
  }

  #say(interaction: Value): void {
    this.send('interactions', interaction, true);
  }

  #nextId(kind: string): string {
    return `${kind}-${++this.#ids}`;
  }
}

/** Requests of the place by name, all else by type. */
function nameOf({ type, to, body: [name] }: Said): string {
  return type === 'request' && to === 'place' && isPlaceRequest(name) ? name : type;
}

/** A packet of the assets channel, raw. */
export function asset(kind: number, header: object, body: Uint8Array): Uint8Array {
  const json = utf8.encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + json.length + body.length);
  new DataView(bytes.buffer).setUint16(0, kind);
  new DataView(bytes.buffer).setUint16(2, json.length);
  bytes.set(json, 4);
  bytes.set(body, 4 + json.length);
  return bytes;
}
