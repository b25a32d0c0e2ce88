import { parentIn } from '../wire/component-form.ts';
import type { Dialect } from '../wire/dialect.ts';
import type { Interaction } from '../wire/interaction.ts';
import { isObject, type Json } from '../wire/json.ts';
import { forbid } from '../wire/never-sent.ts';
import { allocatedTrack, announced, isFailure, PLACE, spawned, trackIn } from '../wire/place-requests.ts';
import type { Rejected } from '../wire/rejection.ts';
import { Standing } from './standing.ts';
import type { EntityMap } from './state/entity-map.ts';

/** Requests whose answers are remembered at one time; of more, the oldest are forgotten. */
const MOST_PENDING = 1 << 10;
const MOST_SUBSCRIPTIONS = 1 << 10;

/**
 * What this agent holds in a place during one connection, as told by the requests that went out, the answers that
 * came, and what the place shows: its avatar, entities, tracks and subscriptions. Some rules of the exit depend on it.
 */
export class Holdings {
  readonly #dialect: Dialect;
  /** Bounds all that goes by ids of entities. */
  readonly #standing = new Standing((id) => this.#tracks.delete(id));
  /** The track that each entity of ours carries. */
  readonly #tracks = new Map<string, number>();
  /** Subscribed tracks, and the request that subscribed each. */
  readonly #subscriptions = new Map<number, string>();
  /** Requests to the place without an answer yet, by their ids. */
  readonly #pending = new Map<string, Interaction>();
  #accepted = false;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Whether the place has accepted the announcement. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether the place gave us this track, or was told by us that an entity of ours carries it. */
  hasTrack(trackId: number): boolean {
    for (const held of this.#tracks.values()) if (held === trackId) return true;
    return false;
  }

  /** A request to the place of proper form. Undefined where nothing we hold speaks against it. */
  judge({ from, body }: Interaction): Rejected | undefined {
    const [name, subject, verb, changes] = body;
    switch (name) {
      case 'announce':
        return parentIn(body[6]) === undefined
          ? undefined
          : forbid('avatar', 'the avatar hangs from nothing');
      case 'spawn_entity':
        return this.#standing.judgeNew(parentIn(subject));
      case 'change_components':
        return this.#standing.judgeChange(subject as string, parentIn(changes));
      case 'remove_entity':
        return this.#standing.judgeRemoval(subject as string);
      case 'allocate_track':
        return this.#judgeSender(from);
      case 'media_track':
        return this.#judgeSubscription(subject as number, verb === 'subscribe');
      default:
        return undefined;
    }
  }

  /** A request to the place that was judged has gone out. */
  sent(request: Interaction): void {
    const [name, subject, verb, changes] = request.body;
    if (name === 'media_track' && verb === 'subscribe')
      this.#subscriptions.set(subject as number, request.requestId);
    if (name === 'media_track' && verb === 'unsubscribe') this.#subscriptions.delete(subject as number);
    if (name === 'remove_entity') this.#standing.removing(subject as string, request.requestId);
    if (name === 'change_components') this.#changed(subject as string, changes);
    this.#pending.set(request.requestId, request);
    forgetOldest(this.#pending, MOST_PENDING);
  }

  /** A response of the place. */
  answered({ from, requestId, body }: Interaction): void {
    const request = this.#pending.get(requestId);
    if (!request || from !== PLACE) return;
    this.#pending.delete(requestId);
    const [name, subject] = request.body;
    if (name === 'announce') this.#welcomed(announced(body)?.avatarId);
    if (name === 'spawn_entity') this.#arrived(spawned(body), parentIn(subject));
    if (name === 'allocate_track') this.#carries(request.from, allocatedTrack(body));
    if (name === 'remove_entity') this.#standing.removed(requestId, isFailure(body));
    if (name === 'media_track' && isFailure(body)) this.#unsubscribed(subject as number, requestId);
  }

  /** The place has shown another state of the world. */
  saw(entities: EntityMap): void {
    this.#standing.saw(entities);
  }

  #welcomed(avatarId: string | undefined): void {
    this.#arrived(avatarId, undefined);
    this.#accepted ||= avatarId !== undefined;
  }

  #arrived(id: string | undefined, parent: string | undefined): void {
    if (id !== undefined) this.#standing.arrived(id, parent);
  }

  #changed(id: string, changes: Json | undefined): void {
    this.#standing.hung(id, parentIn(changes));
    const media = isObject(changes) ? changes.live_media : undefined;
    // Elsewhere it is the place that gives tracks out, and what we say of them is only said.
    if (this.#dialect.trackRequest === 'unasked' && isObject(media)) this.#carries(id, trackIn(media));
  }

  #carries(id: string, trackId: number | undefined): void {
    if (trackId !== undefined && this.#standing.has(id)) this.#tracks.set(id, trackId);
  }

  #judgeSender(id: string): Rejected | undefined {
    return this.#standing.has(id) ? undefined : forbid('sender', `${id} is no entity of ours, or gone`);
  }

  #judgeSubscription(trackId: number, subscribes: boolean): Rejected | undefined {
    if (this.#subscriptions.has(trackId) === subscribes) {
      const problem = subscribes ? 'is subscribed already' : 'is not subscribed';
      return forbid('subscription', `track ${trackId} ${problem}`);
    }
    if (!subscribes || this.#subscriptions.size < MOST_SUBSCRIPTIONS) return undefined;
    return forbid('subscription', `${MOST_SUBSCRIPTIONS} tracks are subscribed`);
  }

  /** It may have been subscribed once more since the place refused. */
  #unsubscribed(trackId: number, requestId: string): void {
    if (this.#subscriptions.get(trackId) === requestId) this.#subscriptions.delete(trackId);
  }
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const [oldest] = map.keys();
  map.delete(oldest!);
}
