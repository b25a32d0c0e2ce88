/** An entity that asked for each reading of a property. */
interface Observer {
  readonly since: number;
  /** Whether it was ever seen in the world: its request may outrun the state that shows it. */
  seen: boolean;
  /** The number of the newest reading it was told. */
  told?: number;
}

/** Most observers one property may have. */
export const observerLimit = 64;

/** How long an observer may be missing from the world before it is taken for gone, ms. */
const unseenFor = 5_000;

/** Whether an entity is in the world; undefined while the world is not known, between joining and the first state. */
export type Exists = (entity: string) => boolean | undefined;

/** Who wants the readings of one property. Survives a rejoin; who left the world is forgotten. */
export class Observers {
  readonly #observers = new Map<string, Observer>();

  get size(): number {
    return this.#observers.size;
  }

  /** False where there are too many already. Observing twice is observing once. */
  add(entity: string, now: number, exists: Exists): boolean {
    if (this.#observers.has(entity)) return true;
    if (this.#observers.size >= observerLimit) this.#forgetMissing(now, exists);
    if (this.#observers.size >= observerLimit) return false;
    this.#observers.set(entity, { since: now, seen: false });
    return true;
  }

  remove(entity: string): boolean {
    return this.#observers.delete(entity);
  }

  /** The number of the newest reading an observer was told; undefined before the first. */
  told(entity: string): number | undefined {
    return this.#observers.get(entity)?.told;
  }

  tell(entity: string, seq: number): void {
    const observer = this.#observers.get(entity);
    if (observer) observer.told = seq;
  }

  /** The observers that are in the world, or may still appear in it. */
  present(now: number, exists: Exists): string[] {
    this.#forgetMissing(now, exists);
    return [...this.#observers.keys()];
  }

  #forgetMissing(now: number, exists: Exists): void {
    for (const [entity, observer] of this.#observers) {
      const there = exists(entity);
      if (there === undefined) continue;
      if (there) observer.seen = true;
      else if (observer.seen || now - observer.since > unseenFor) this.#observers.delete(entity);
    }
  }
}
