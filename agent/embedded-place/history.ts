import type { Json } from '../wire/json.ts';

/** An entity as it was before it was first touched: only what was touched is remembered. */
export interface EntityBefore {
  readonly existed: boolean;
  /** `undefined`: the entity had no such component. */
  readonly components: Map<string, Json | undefined>;
}

/** What one revision replaced, by entity id. */
class Replaced {
  readonly entities = new Map<string, EntityBefore>();
  /** Bytes of JSON kept alive by it. */
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

  /** @param maxSize bytes of replaced JSON kept at most; older revisions are forgotten first. */
  constructor(maxRevisions: number, maxSize: number) {
    this.#maxRevisions = maxRevisions;
    this.#maxSize = maxSize;
  }

  /** Whether anything was touched since the last revision was closed. */
  get touched(): boolean {
    return this.#open.entities.size > 0;
  }

  /** Says that an entity comes (`existed` false) or goes (true). */
  touchEntity(id: string, existed: boolean): void {
    if (!this.#open.entities.has(id)) this.#open.entities.set(id, { existed, components: new Map() });
  }

  /** Remembers a component of an entity as it is before it changes. */
  touchComponent(id: string, name: string, before: { value: Json; size: number } | undefined): void {
    this.touchEntity(id, true);
    const entity = this.#open.entities.get(id)!;
    if (!entity.existed || entity.components.has(name)) return;
    entity.components.set(name, before?.value);
    this.#open.size += before?.size ?? 0;
  }

  /** Closes what was touched as the step from revision `from` to its successor. */
  close(from: number): void {
    this.#revisions.push({ from, replaced: this.#open });
    this.#size += this.#open.size;
    this.#open = new Replaced();
    while (this.#revisions.length > this.#maxRevisions || this.#size > this.#maxSize)
      this.#size -= this.#revisions.shift()!.replaced.size;
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
