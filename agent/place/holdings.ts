import type { Interaction } from '../wire/interaction.ts';
import { isObject, type Json } from '../wire/json.ts';
import { forbid } from '../wire/never-sent.ts';
import { allocatedTrack, announced, isFailure, PLACE, spawned, trackIn } from '../wire/place-requests.ts';
import type { Rejected } from '../wire/rejection.ts';

/** Requests whose answers are remembered at one time; of more, the oldest are forgotten. */
const MOST_PENDING = 1 << 10;
/** Entities whose parents are remembered; of more, those that were set first are forgotten. */
const MOST_PARENTS = 1 << 14;

/** Requests to the place that act on the entity that sends them. */
const actsOnSender: ReadonlySet<string> = new Set([
  'add_property_animation',
  'remove_property_animation',
  'launch_app',
]);

/**
 * What this agent holds in a place during one connection, as told by the requests that went out and the answers that
 * came: its avatar, entities, tracks and subscriptions. Some rules of the exit depend on it.
 */
export class Holdings {
  readonly #entities = new Set<string>();
  /** What hangs from what, as far as we said so; ids of entities. */
  readonly #parents = new Map<string, string>();
  readonly #tracks = new Set<number>();
  /** Subscribed tracks, and the request that subscribed each. */
  readonly #subscriptions = new Map<number, string>();
  /** Requests to the place without an answer yet, by their ids. */
  readonly #pending = new Map<string, Interaction>();
  #avatarId: string | undefined;

  /** Whether the place has accepted the announcement. */
  get accepted(): boolean {
    return this.#avatarId !== undefined;
  }

  /** Whether the place gave us this track, or was told by us that an entity carries it. */
  hasTrack(trackId: number): boolean {
    return this.#tracks.has(trackId);
  }

  /** A request to the place of proper form. Undefined where nothing we hold speaks against it. */
  judge({ from, body }: Interaction): Rejected | undefined {
    const [name, subject, verb, changes] = body;
    if (actsOnSender.has(name) && !this.#entities.has(from))
      return forbid('sender', `${name} acts on its sender, which is no entity of ours`);
    if (name === 'media_track') return this.#judgeSubscription(subject as number, verb === 'subscribe');
    if (name === 'remove_entity' && subject === this.#avatarId)
      return forbid('avatar', 'the avatar leaves with the agent, not before it');
    if (name === 'change_components') return this.#judgeParent(subject as string, parentIn(changes));
    return undefined;
  }

  /** A request to the place that was judged has gone out. */
  sent(request: Interaction): void {
    const [name, subject, verb, changes] = request.body;
    if (name === 'media_track' && verb === 'subscribe')
      this.#subscriptions.set(subject as number, request.requestId);
    if (name === 'media_track' && verb === 'unsubscribe') this.#subscriptions.delete(subject as number);
    if (name === 'remove_entity') this.#remove(subject as string);
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
    if (name === 'announce') this.#accepted(announced(body)?.avatarId, request.body[6]);
    if (name === 'spawn_entity') this.#arrived(spawned(body), subject);
    if (name === 'allocate_track') {
      const trackId = allocatedTrack(body);
      if (trackId !== undefined) this.#tracks.add(trackId);
    }
    if (name === 'media_track' && isFailure(body)) this.#unsubscribed(subject as number, requestId);
  }

  #accepted(avatarId: string | undefined, description: Json | undefined): void {
    this.#avatarId ??= avatarId;
    this.#arrived(avatarId, description);
  }

  #arrived(id: string | undefined, description: Json | undefined): void {
    if (id === undefined) return;
    this.#entities.add(id);
    this.#hang(id, parentIn(description));
  }

  #changed(id: string, changes: Json | undefined): void {
    this.#hang(id, parentIn(changes));
    const media = isObject(changes) ? changes.live_media : undefined;
    const trackId = isObject(media) ? trackIn(media) : undefined;
    if (trackId !== undefined) this.#tracks.add(trackId);
  }

  #hang(id: string, parent: string | undefined): void {
    if (parent === undefined) return;
    this.#parents.set(id, parent);
    forgetOldest(this.#parents, MOST_PARENTS);
  }

  /** All that hang from it go with it. Where they hang is remembered: the place may refuse. */
  #remove(id: string): void {
    for (const entity of [...this.#entities])
      if (entity === id || this.#hangsFrom(entity, id)) this.#entities.delete(entity);
  }

  #judgeParent(id: string, parent: string | undefined): Rejected | undefined {
    if (parent === undefined || (parent !== id && !this.#hangsFrom(parent, id))) return undefined;
    return forbid('cycle', `${id} would hang from itself`);
  }

  #hangsFrom(id: string, ancestor: string): boolean {
    const passed = new Set<string>();
    for (let at = this.#parents.get(id); at !== undefined && !passed.has(at); at = this.#parents.get(at)) {
      if (at === ancestor) return true;
      passed.add(at);
    }
    return false;
  }

  #judgeSubscription(trackId: number, subscribes: boolean): Rejected | undefined {
    if (this.#subscriptions.has(trackId) !== subscribes) return undefined;
    const problem = subscribes ? 'is subscribed already' : 'is not subscribed';
    return forbid('subscription', `track ${trackId} ${problem}`);
  }

  /** It may have been subscribed once more since the place refused. */
  #unsubscribed(trackId: number, requestId: string): void {
    if (this.#subscriptions.get(trackId) === requestId) this.#subscriptions.delete(trackId);
  }
}

function parentIn(components: Json | undefined): string | undefined {
  const relationships = isObject(components) ? components.relationships : undefined;
  const parent = isObject(relationships) ? relationships.parent : undefined;
  return typeof parent === 'string' ? parent : undefined;
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const [oldest] = map.keys();
  map.delete(oldest!);
}
