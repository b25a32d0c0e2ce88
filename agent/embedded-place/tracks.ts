import type { Owner } from './world.ts';

interface Track {
  readonly owner: Owner;
  readonly entityId: string;
  /** As often as they subscribed. */
  readonly subscribers: Owner[];
}

/** Which agent may send media on which track, and who wants it. Numbers are not used twice. */
export class Tracks {
  readonly #tracks = new Map<number, Track>();
  readonly #byEntity = new Map<string, number>();
  readonly #subscriptions = new Map<Owner, number>();
  #last = 0;

  allocate(owner: Owner, entityId: string): number {
    const id = ++this.#last;
    this.#tracks.set(id, { owner, entityId, subscribers: [] });
    this.#byEntity.set(entityId, id);
    return id;
  }

  ownerOf(id: number): Owner | undefined {
    return this.#tracks.get(id)?.owner;
  }

  of(entityId: string): number | undefined {
    return this.#byEntity.get(entityId);
  }

  countOf(owner: Owner): number {
    let count = 0;
    for (const track of this.#tracks.values()) if (track.owner === owner) count++;
    return count;
  }

  /** Ends the track of an entity, if it has one. */
  release(entityId: string): void {
    const id = this.#byEntity.get(entityId);
    const track = id === undefined ? undefined : this.#tracks.get(id);
    if (id === undefined || !track) return;
    this.#byEntity.delete(entityId);
    this.#tracks.delete(id);
    for (const subscriber of track.subscribers) this.#count(subscriber, -1);
  }

  /** To a track that there is. */
  subscribe(id: number, subscriber: Owner): void {
    this.#tracks.get(id)?.subscribers.push(subscriber);
    this.#count(subscriber, 1);
  }

  /** Takes one subscription back, if there is one. */
  unsubscribe(id: number, subscriber: Owner): void {
    const subscribers = this.#tracks.get(id)?.subscribers;
    const at = subscribers?.indexOf(subscriber) ?? -1;
    if (at < 0) return;
    subscribers?.splice(at, 1);
    this.#count(subscriber, -1);
  }

  subscribersTo(id: number): readonly Owner[] {
    return this.#tracks.get(id)?.subscribers ?? [];
  }

  /** To how many tracks an agent subscribes, each as often as it does. */
  subscriptionsOf(subscriber: Owner): number {
    return this.#subscriptions.get(subscriber) ?? 0;
  }

  unsubscribeAll(subscriber: Owner): void {
    if (this.subscriptionsOf(subscriber) === 0) return;
    for (const id of this.#tracks.keys())
      while (this.subscribersTo(id).includes(subscriber)) this.unsubscribe(id, subscriber);
  }

  #count(subscriber: Owner, change: 1 | -1): void {
    const count = this.subscriptionsOf(subscriber) + change;
    if (count === 0) this.#subscriptions.delete(subscriber);
    else this.#subscriptions.set(subscriber, count);
  }
}
