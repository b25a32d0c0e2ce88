import type { Body } from '../wire/interaction.ts';
import type { Pattern } from './pattern.ts';
import type { Owner } from './world.ts';

/** Who wants which publications. */
export class Subscriptions {
  readonly #byOwner = new Map<Owner, Map<string, Pattern>>();
  #last = 0;

  add(owner: Owner, pattern: Pattern): string {
    const id = `subscription-${++this.#last}`;
    const own = this.#byOwner.get(owner);
    if (own) own.set(id, pattern);
    else this.#byOwner.set(owner, new Map([[id, pattern]]));
    return id;
  }

  /** False where the agent has no such subscription. */
  remove(owner: Owner, id: string): boolean {
    return this.#byOwner.get(owner)?.delete(id) ?? false;
  }

  removeAll(owner: Owner): void {
    this.#byOwner.delete(owner);
  }

  countOf(owner: Owner): number {
    return this.#byOwner.get(owner)?.size ?? 0;
  }

  /** Agents with at least one pattern that matches, each once. */
  subscribersTo(body: Body): Owner[] {
    const subscribers: Owner[] = [];
    for (const [owner, patterns] of this.#byOwner)
      if ([...patterns.values()].some((pattern) => pattern.matches(body))) subscribers.push(owner);
    return subscribers;
  }
}
