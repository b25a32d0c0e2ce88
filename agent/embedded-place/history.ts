import type { Json } from '../wire/json.ts';

/** An entity as it was before it was first touched: only what was touched is remembered. */
export interface EntityBefore {
  readonly existed: boolean;
  /** `undefined`: the entity had no such component. */
  readonly components: Map<string, Json | undefined>;
}

/** Bytes that remembering an entity, or one of its components, costs beside what it was. */
const ENTRY_SIZE = 128;

/** What one revision replaced, by entity id. */
class Replaced {
  readonly entities = new Map<string, EntityBefore>();
  /** Bytes kept alive by it, roughly. */
  size = 0;
}

/**
 * The way back from the present revision to the ones before it, as what each replaced. Keeping and walking it
 * costs what changed, however large the world is.
 */
export class History {
  /** Oldest first, without gaps. */
  readonly #revisions: { readonly from: number; readonly replaced: Replaced }[] = [];
  readonly #maxRevisions: number;
  readonly #maxSize: number;
  #size = 0;
  #open = new Replaced();

  /** @param maxSize bytes kept at most; older revisions are forgotten first. */
  constructor(maxRevisions: number, maxSize: number) {
    this.#maxRevisions = maxRevisions;
    this.#maxSize = maxSize;
  }

  /** Whether anything was touched since the last revision was closed. */
  get touched(): boolean {
    return this.#open.entities.size > 0;
  }

  /** An entity comes, whose id was never used before. */
  entityComes(id: string): void {
    this.#remember(id, false);
  }

  /** An entity goes; one that came since the last revision was closed was never seen by anybody. */
  entityGoes(id: string): void {
    if (this.#remember(id, true).existed) return;
    this.#open.entities.delete(id);
    this.#open.size -= ENTRY_SIZE;
  }

  /** Remembers a component of an entity as it is before it changes. */
  componentChanges(id: string, name: string, before: { value: Json; size: number } | undefined): void {
    const entity = this.#remember(id, true);
    if (!entity.existed || entity.components.has(name)) return;
    entity.components.set(name, before?.value);
    this.#open.size += ENTRY_SIZE + name.length + (before?.size ?? 0);
  }

  /** Closes what was touched as the step from revision `from` to its successor. */
  close(from: number): void {
    this.#revisions.push({ from, replaced: this.#open });
    this.#size += this.#open.size;
    this.#open = new Replaced();
    while (this.#revisions.length > this.#maxRevisions || this.#size > this.#maxSize)
      this.#size -= this.#revisions.shift()!.replaced.size;
  }

  #remember(id: string, existed: boolean): EntityBefore {
    const known = this.#open.entities.get(id);
    if (known) return known;
    const entity: EntityBefore = { existed, components: new Map() };
    this.#open.entities.set(id, entity);
    this.#open.size += ENTRY_SIZE;
    return entity;
  }

  /** Whether the way back reaches this revision. */
  remembers(revision: number): boolean {
    return this.#revisions.some(({ from }) => from === revision);
  }

  /** What revision `base` held where it was touched since. It has to be one that is remembered. */
  since(base: number): Map<string, EntityBefore> {
    const start = this.#revisions.findIndex(({ from }) => from === base);
    const all = new Map<string, EntityBefore>();
    for (const { replaced } of this.#revisions.slice(start)) {
      for (const [id, entity] of replaced.entities) {
        const known = all.get(id);
        if (!known) all.set(id, { existed: entity.existed, components: new Map(entity.components) });
        else
          for (const [name, before] of entity.components)
            if (!known.components.has(name)) known.components.set(name, before);
      }
    }
    return all;
  }
}
