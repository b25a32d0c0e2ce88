import type { Owner } from './world.ts';

interface Track {
  readonly owner: Owner;
  readonly entityId: string;
}

/** Which agent may send media on which track. An entity has one track at most; numbers are not used twice. */
export class Tracks {
  readonly #tracks = new Map<number, Track>();
  readonly #byEntity = new Map<string, number>();
  #last = 0;

  allocate(owner: Owner, entityId: string): number {
    const id = ++this.#last;
    this.#tracks.set(id, { owner, entityId });
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
    if (id === undefined) return;
    this.#byEntity.delete(entityId);
    this.#tracks.delete(id);
  }
}
