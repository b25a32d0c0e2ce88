import { isNumbers, isObject, Lethal, lethal, must, type Value } from './lethal.ts';
import { judgeAsset } from './lethal-asset.ts';
import { type Description, lethalDescription } from './lethal-components.ts';
import { LethalScene } from './lethal-scene.ts';

/*
 * Judges raw packets as a deployed place would suffer them, from the protocol document and from how the reference
 * server reads its memory. It shares nothing with the agent: neither codecs, nor the table of dialects, nor rules.
 */

export type PlaceKind = 'documented' | 'v1' | 'v2' | 'v3' | 'alloplace' | 'v4';

type Use = 'state' | 'interactions' | 'assets' | 'media' | 'video' | 'clock' | undefined;

interface Facts {
  readonly channels: readonly Use[];
  readonly end: '\n' | '';
  readonly version: number;
  readonly clock: string;
  readonly largestAcknowledgement: number;
  readonly publications: boolean;
  readonly spawns: boolean;
  /** How many arguments `allocate_track` has; undefined where there is none. */
  readonly trackArguments?: 3 | 4;
  /** Who may send on which track: those it was given to, those that said so themselves, nobody. */
  readonly tracks: 'given' | 'declared' | 'none';
}

const five = ['state', 'interactions', 'assets', 'media', 'clock'] as const;
const int = 2 ** 31 - 1;
const c = {
  end: '',
  clock: 'client_time',
  largestAcknowledgement: int,
  publications: false,
  spawns: true,
} as const;

export const facts: Record<PlaceKind, Facts> = {
  documented: {
    channels: five,
    end: '\n',
    version: 1,
    clock: 'client_clock',
    largestAcknowledgement: Number.MAX_SAFE_INTEGER,
    publications: true,
    spawns: true,
    trackArguments: 4,
    tracks: 'given',
  },
  v1: {
    ...c,
    channels: ['state', 'interactions', undefined, 'media'],
    end: '\n',
    version: 1,
    spawns: false,
    tracks: 'none',
  },
  v2: {
    ...c,
    channels: ['state', 'interactions', undefined, 'media', 'clock'],
    end: '\n',
    version: 2,
    tracks: 'declared',
  },
  v3: { ...c, channels: five, version: 3, trackArguments: 3, tracks: 'given' },
  alloplace: { ...c, channels: five, version: 3, trackArguments: 3, tracks: 'given' },
  v4: {
    ...c,
    channels: ['media', 'interactions', 'state', 'assets', 'video', 'clock'],
    version: 4,
    trackArguments: 3,
    tracks: 'given',
  },
};

export interface Said {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly body: readonly [string, ...Value[]];
}

/** One connection of one agent, as a place of `kind` lives through it. */
export class Referee {
  readonly facts: Facts;
  /** Whether an announcement of another version is taken for a question: who searches may ask so. */
  readonly searched: boolean;
  announced = false;
  readonly scene = new LethalScene();
  readonly tracks = new Set<number>();
  readonly subscribed = new Map<number, number>();
  /** Takes the last removal back. */
  undo = () => {};
  /** Lengths of assets, as either side told them. */
  readonly totals = new Map<string, number>();

  constructor(kind: PlaceKind, searched = false) {
    this.facts = facts[kind];
    this.searched = searched;
  }

  /** The avatar, once the place has accepted the agent. */
  get avatar(): string | undefined {
    return this.scene.avatar;
  }

  /** Why this packet would crash or corrupt such a place, or go wrong in it; undefined if it does no harm. */
  judge(channel: number, bytes: Uint8Array): string | undefined {
    try {
      this.#judge(channel, bytes);
      return undefined;
    } catch (error) {
      if (error instanceof Lethal) return `lethal: ${error.message}`;
      throw error;
    }
  }

  /** A packet of the interactions channel, read. */
  read(bytes: Uint8Array): Said {
    const [, type, from, to, id, body] = this.#json(bytes) as [
      string,
      string,
      string,
      string,
      string,
      Said['body'],
    ];
    return { type, from, to, id, body };
  }

  #judge(channel: number, bytes: Uint8Array): void {
    const use = this.facts.channels[channel];
    must(use !== undefined, `nothing listens on channel ${channel}`);
    must(this.avatar !== undefined || use === 'interactions', 'an agent that was not accepted yet');
    if (use === 'interactions') this.#interaction(this.#json(bytes));
    else if (use === 'state') this.#intent(this.#json(bytes));
    else if (use === 'clock') this.#clock(this.#json(bytes));
    else if (use === 'assets') judgeAsset(bytes, this.totals);
    else this.#media(bytes);
  }

  #json(bytes: Uint8Array): Value {
    const { end } = this.facts;
    must(!bytes.includes(0), 'a NUL');
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      lethal('broken UTF-8');
    }
    if (end === '') must(!text.endsWith('\n'), 'an end where there is none');
    else
      must(
        text.endsWith('\n') && !text.endsWith('\n\n'),
        'not ended by one newline: the last byte is cut off',
      );
    must(
      !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(text),
      'an escape that ends a C string, or half a pair',
    );
    try {
      return JSON.parse(end === '' ? text : text.slice(0, -1)) as Value;
    } catch {
      return lethal('no JSON');
    }
  }

  #intent(packet: Value): void {
    must(isObject(packet) && packet.cmd === 'intent' && isObject(packet.intent), 'no intent');
    const { intent } = packet;
    for (const name of ['zmovement', 'xmovement', 'yaw', 'pitch'])
      must(typeof intent[name] === 'number', `an intent without ${name}`);
    const revision = intent.ack_state_rev;
    must(Number.isInteger(revision), 'an acknowledgement that is no integer');
    must(
      (revision as number) >= 0 && (revision as number) <= this.facts.largestAcknowledgement,
      'an acknowledgement out of range',
    );
    must(isObject(intent.poses ?? {}), 'poses that are no object');
    for (const pose of Object.values((intent.poses ?? {}) as object) as Value[]) {
      must(isObject(pose) && isNumbers(pose.matrix, 16), 'a pose without its matrix');
      if (pose.grab === undefined) continue;
      must(isObject(pose.grab), 'a grab that is no object');
      const { entity, grabber_from_entity_transform: matrix } = pose.grab;
      must(typeof entity === 'string' && isNumbers(matrix, 16), 'part of a grab');
    }
  }

  #clock(packet: Value): void {
    must(isObject(packet), 'a probe that is no object');
    const names = Object.keys(packet);
    must(names.length === 1 && names[0] === this.facts.clock, `a probe of ${names.join()}`);
    must(typeof packet[this.facts.clock] === 'number', 'a probe without time');
  }

  #media(bytes: Uint8Array): void {
    const { end, tracks } = this.facts;
    must(bytes.length - end.length >= 7, `${bytes.length} bytes of media`);
    if (end !== '') must(bytes.at(-1) === 10, 'media without its end');
    must(tracks !== 'none', 'media that goes nowhere');
    const track = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
    must(this.tracks.has(track), `media on track ${track}, which is another's`);
  }

  #interaction(packet: Value): void {
    must(Array.isArray(packet) && packet.length === 6, 'an interaction that is not six elements');
    const [name, type, from, to, id, body] = packet as Value[];
    must(name === 'interaction', 'no interaction');
    for (const text of [type, from, to, id]) must(typeof text === 'string', 'a null where a string is read');
    must(
      ['request', 'response', 'publication', 'one-way', 'oneway'].includes(type as string),
      'an unknown type',
    );
    must(Array.isArray(body) && typeof body[0] === 'string', 'a body that begins with no string');
    const said = { type, from, to, id, body } as unknown as Said;
    const announces = to === 'place' && said.body[0] === 'announce';
    if (this.avatar === undefined)
      must(announces && type === 'request' && from === '', 'an agent that was not accepted yet');
    if (type === 'publication')
      must(this.facts.publications && to === '', 'a publication that is not delivered');
    else must(to !== '', 'said to nobody');
    if (to === 'place') this.#placeRequest(said);
  }

  #placeRequest(said: Said): void {
    const [name, ...args] = said.body;
    if (!isPlaceRequest(name)) return;
    must(said.type === 'request', `${name} without being a request: it is carried out all the same`);
    requests[name]!.call(this, args, said);
  }

  announce(args: readonly Value[]): void {
    must(!this.announced, 'announced twice');
    const [version, number, identity, who, avatar, description] = args;
    must(
      args.length === 6 && version === 'version' && identity === 'identity' && avatar === 'spawn_avatar',
      'an announcement in disorder',
    );
    must(
      number === this.facts.version || (this.searched && Number.isInteger(number)),
      `announced as version ${JSON.stringify(number)}`,
    );
    must(isObject(who) && typeof who.display_name === 'string', 'nobody announced');
    this.describe(description);
    this.announced = true;
  }

  describe(description: Value | undefined): void {
    const why = lethalDescription(description as Description | undefined, 'entity');
    if (why !== undefined) lethal(why);
    this.scene.describe(description as Description);
  }

  change([id, add, changes, remove, names, ...rest]: readonly Value[]): void {
    must(typeof id === 'string' && id !== '' && id !== 'place', 'a change of nothing, or of the place');
    must(add === 'add_or_change' && remove === 'remove' && rest.length === 0, 'a change in disorder');
    must(isObject(changes) && Array.isArray(names), 'a change of no object');
    must(
      (names as Value[]).every((item) => typeof item === 'string'),
      'removes what has no name',
    );
    const why = lethalDescription(changes as Description, 'components');
    if (why !== undefined) lethal(why);
    this.scene.change(id, changes as Description, names as string[]);
    const media = changes.live_media;
    if (this.facts.tracks === 'declared' && isObject(media)) this.tracks.add(media.track_id as number);
  }

  /** Subscriptions are counted as the reference server keeps them: a list with room for the same agent twice. */
  subscribe([track, verb, ...rest]: readonly Value[]): void {
    must(Number.isInteger(track) && rest.length === 0, 'media_track without a number');
    const count = this.subscribed.get(track as number) ?? 0;
    if (verb === 'subscribe') {
      must(count === 0, `track ${track} subscribed twice`);
      this.subscribed.set(track as number, 1);
    } else {
      must(verb === 'unsubscribe', 'media_track without a verb');
      this.subscribed.delete(track as number);
    }
  }
}

type Request = (this: Referee, args: readonly Value[], said: Said) => void;

const fromOurs: Request = function (_args, { from }) {
  must(this.scene.isOurs(from), 'acts on a sender that is not there, or another’s');
};

const animates: Request = () => lethal('somebody else may be removing who asks');

/** Whether some place acts on a request of this name. */
export function isPlaceRequest(name: string): boolean {
  return Object.hasOwn(requests, name);
}

/** What places know. v4 takes the last five. */
const requests: Readonly<Record<string, Request>> = {
  announce(args) {
    this.announce(args);
  },
  spawn_entity(args) {
    must(this.facts.spawns && args.length === 1, 'a spawn that is never answered');
    this.describe(args[0]);
  },
  remove_entity([id, mode, ...rest]) {
    must(typeof id === 'string' && id !== 'place' && id !== this.avatar, 'removes what must stay');
    must(
      [undefined, 'cascade', 'reparent'].includes(mode as string) && rest.length === 0,
      'an unknown way to remove',
    );
    this.undo = this.scene.remove(id);
  },
  change_components(args) {
    this.change(args);
  },
  allocate_track(args, said) {
    fromOurs.call(this, args, said);
    const { trackArguments } = this.facts;
    must(
      trackArguments !== undefined && args.length === trackArguments,
      'a track in the form of another place',
    );
    must(args[0] === 'audio' || args[0] === 'video', 'a track of no medium');
    const texts = trackArguments === 4 ? [args[3]] : [args[1]];
    must(
      texts.every((text) => typeof text === 'string'),
      'a track without codec',
    );
    if (trackArguments === 3) must(isObject(args[2]), 'a track without metadata');
  },
  media_track(args) {
    this.subscribe(args);
  },
  subscribe([pattern, ...rest]) {
    must(this.facts.publications && typeof pattern === 'string' && rest.length === 0, 'subscribes in vain');
  },
  unsubscribe([id, ...rest]) {
    must(this.facts.publications && typeof id === 'string' && rest.length === 0, 'unsubscribes in vain');
  },
  list_agents() {
    lethal('somebody may be connected who has no avatar');
  },
  kick_agent(args) {
    must(args.length === 1 && typeof args[0] === 'string', 'kicks nobody');
  },
  add_property_animation: animates,
  remove_property_animation: animates,
  launch_app() {
    lethal('an address that is too long, or has no real port; and a place that stands still');
  },
};
