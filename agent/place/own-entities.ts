import type { Components } from '../wire/place-requests.ts';
import type { EntityPublisher } from './entity-publisher.ts';
import { type ObserverFailed, Observers } from './observers.ts';
import { type ComponentChanges, OwnEntity } from './own-entity.ts';

/** The key of the entity that stands for the agent itself. */
export const AVATAR = 'avatar';

/** What becomes of our entities in the place. */
export interface OwnEntitiesObserver {
  /** It is in the place now: after joining, after being declared, after somebody else removed it. */
  spawned?(key: string, id: string): void;
  /** It is not there any more. */
  gone?(key: string): void;
}

/**
 * The entities we want to have in the place, by keys of our own. They are spawned after each join, and made
 * what they should be whenever they are not. The avatar comes with the announcement; all others hang from it
 * unless another parent is named.
 */
export class OwnEntities {
  readonly #entities = new Map<string, OwnEntity>();
  readonly #keys = new Map<string, string>();
  readonly #observers: Observers<OwnEntitiesObserver>;
  #publisher: EntityPublisher | undefined;

  constructor(avatar: Components, failed: ObserverFailed) {
    this.#entities.set(AVATAR, new OwnEntity(AVATAR, undefined, avatar));
    this.#observers = new Observers(failed);
  }

  /** Wants an entity with exactly these components. Declaring it again replaces them. */
  declare(key: string, components: Components, { parent = AVATAR }: { parent?: string } = {}): void {
    const known = this.#entities.get(key);
    if (known && (key === AVATAR || known.parent === parent)) {
      known.components = components;
      this.#publisher?.changed(known);
      return;
    }
    if (known) this.remove(key);
    const entity = new OwnEntity(key, parent, components);
    this.#entities.set(key, entity);
    this.#publisher?.declared(entity);
  }

  /** Changes some components and leaves the others; nothing happens to a key that was not declared. */
  update(key: string, changes: ComponentChanges): void {
    const entity = this.#entities.get(key);
    if (!entity) return;
    entity.change(changes);
    this.#publisher?.changed(entity);
  }

  /** Removes an entity and all that hang from it. The avatar stays. */
  remove(key: string): void {
    const entity = this.#entities.get(key);
    if (!entity || key === AVATAR) return;
    this.#entities.delete(key);
    for (const child of [...this.#entities.values()]) if (child.parent === key) this.remove(child.key);
    this.#publisher?.removed(entity);
    this.left(entity);
  }

  /** The id an entity has in the place; undefined while it is not there. */
  id(key: string): string | undefined {
    return this.#entities.get(key)?.id;
  }

  /** Which of our entities has this id. */
  key(id: string): string | undefined {
    return this.#keys.get(id);
  }

  /** Whether something was declared under this key. */
  has(key: string): boolean {
    return this.#entities.has(key);
  }

  observe(observer: OwnEntitiesObserver): () => void {
    return this.#observers.add(observer);
  }

  // What follows is between this and whoever publishes the entities.

  get(key: string): OwnEntity | undefined {
    return this.#entities.get(key);
  }

  all(): IterableIterator<OwnEntity> {
    return this.#entities.values();
  }

  /** From now on `publisher` keeps the place as it should be; undefined while there is no place. */
  publishThrough(publisher: EntityPublisher | undefined): void {
    this.#publisher = publisher;
    if (publisher) return;
    for (const entity of this.#entities.values()) this.left(entity);
  }

  arrived(entity: OwnEntity, id: string): void {
    entity.id = id;
    this.#keys.set(id, entity.key);
    this.#observers.tell((observer) => observer.spawned?.(entity.key, id));
  }

  left(entity: OwnEntity): void {
    const { id } = entity;
    entity.leave();
    if (id === undefined) return;
    this.#keys.delete(id);
    this.#observers.tell((observer) => observer.gone?.(entity.key));
  }
}
