/** An entity that asked for each reading of a property. */
interface Observer {
  readonly since: number;
  /** Whether it was ever seen in the world: its request may outrun the state that shows it. */
  seen: boolean;
}

/** Most observers one property may have. */
export const observerLimit = 64;

/** How long an observer may be missing from the world before it is taken for gone, ms. */
const unseenFor = 5_000;

/** Who wants the readings of one property. Survives a rejoin; who left the world is forgotten. */
export class Observers {
  readonly #observers = new Map<string, Observer>();

  get size(): number {
    return this.#observers.size;
  }

  /** False where there are too many already. Observing twice is observing once. */
  add(entity: string, now: number): boolean {
    if (this.#observers.has(entity)) return true;
    if (this.#observers.size >= observerLimit) return false;
    this.#observers.set(entity, { since: now, seen: false });
    return true;
  }

  remove(entity: string): boolean {
    return this.#observers.delete(entity);
  }

  /**
   * The observers that are in the world, or may still appear in it. `exists` is left out while the world is
   * not known (between joining and the first state): then nobody is taken for gone.
   */
  present(now: number, exists?: (entity: string) => boolean): string[] {
    if (exists) this.#forgetMissing(now, exists);
    return [...this.#observers.keys()];
  }

  #forgetMissing(now: number, exists: (entity: string) => boolean): void {
    for (const [entity, observer] of this.#observers) {
      if (exists(entity)) observer.seen = true;
      else if (observer.seen || now - observer.since > unseenFor) this.#observers.delete(entity);
    }
  }
}
