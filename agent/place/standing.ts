import { parentIn } from '../wire/component-form.ts';
import { isObject } from '../wire/json.ts';
import { forbid } from '../wire/never-sent.ts';
import type { Rejected } from '../wire/rejection.ts';
import { EntityMap } from './state/entity-map.ts';

/** Entities that may hang one from another. */
const MOST_DEEP = 16;

interface Own {
  /** How many of ours came before it. */
  readonly age: number;
  /** What we last hung it from. */
  parent: string | undefined;
  /** Whether the place has shown it: from then on it stands for as long as it is shown. */
  seen: boolean;
  /** The request that removes it, once that has gone out. */
  removal: string | undefined;
}

/**
 * What stands in a place: our entities in the order in which they came, and whatever the place shows. Who owns what
 * it shows, no place tells: all that we were not given by an answer is somebody else's.
 */
export class Standing {
  readonly #own = new Map<string, Own>();
  readonly #gone: (id: string) => void;
  #shown = EntityMap.empty;
  #avatarId: string | undefined;
  #arrivals = 0;
  /** What hangs from what, as shown and as we said; undefined until it is asked for. */
  #children: Map<string, Set<string>> | undefined;

  /** `gone`: told once for each entity of ours that does not stand any more. */
  constructor(gone: (id: string) => void) {
    this.#gone = gone;
  }

  /** Whether it is ours, and may stand. */
  has(id: string): boolean {
    const own = this.#own.get(id);
    return own !== undefined && own.removal === undefined;
  }

  /** The place has given us an entity, the avatar first. */
  arrived(id: string, parent: string | undefined): void {
    if (this.#own.has(id)) return;
    this.#avatarId ??= id;
    const seen = this.#shown.get(id) !== undefined;
    // Where its parent was removed while it was on its way, it went along.
    const removal = this.#own.get(parent ?? '')?.removal;
    this.#own.set(id, { age: this.#arrivals++, parent, seen, removal });
    this.#children = undefined;
  }

  /** A change of one of ours has gone out. */
  hung(id: string, parent: string | undefined): void {
    const own = this.#own.get(id);
    if (!own || parent === undefined) return;
    own.parent = parent;
    this.#children = undefined;
  }

  /** The removal of one of ours has gone out. What hangs from it goes with it; parents are older than children. */
  removing(id: string, request: string): void {
    const going = new Set([id]);
    for (const [one, own] of this.#own) {
      if (one !== id && !going.has(own.parent ?? '')) continue;
      going.add(one);
      own.removal = request;
    }
  }

  /** What is shown although it was removed is not shown much longer: it must not be taken for somebody else's. */
  removed(request: string, failed: boolean): void {
    for (const [id, own] of this.#own) {
      if (own.removal !== request) continue;
      if (this.#shown.get(id) === undefined) this.#forget(id);
      else if (failed) own.removal = undefined;
    }
  }

  /** A state of the place. Costs what differs from the one before. */
  saw(shown: EntityMap): void {
    for (const id of shown.differences(this.#shown)) {
      const own = this.#own.get(id);
      const there = shown.get(id) !== undefined;
      if (own && there) own.seen = true;
      else if (own?.seen) this.#forget(id);
    }
    this.#shown = shown;
    this.#children = undefined;
  }

  /** Undefined where a new entity may hang from this one, or from nothing. */
  judgeNew(parent: string | undefined): Rejected | undefined {
    if (parent === undefined) return undefined;
    const theirs = !this.#own.has(parent) && this.#shown.get(parent) !== undefined;
    if (!theirs && !this.has(parent)) return forbid('parent', `${parent} is not there to hang from`);
    return judgeDepth(this.#above(parent).size + 1);
  }

  /** Undefined where an entity may be changed, and be hung from `parent`, if that is given. */
  judgeChange(id: string, parent: string | undefined): Rejected | undefined {
    if (!this.has(id)) return forbid('foreign', `${id} is no entity of ours, or gone`);
    if (parent === undefined) return undefined;
    const above = this.#above(parent);
    if (parent === id || above.has(id)) return forbid('cycle', `${id} would hang from itself`);
    const own = this.#own.get(id)!;
    const older = this.has(parent) && this.#own.get(parent)!.age < own.age;
    if (!older && parent !== own.parent)
      return forbid('parent', `${parent} is no entity of ours that was there before ${id}`);
    return judgeDepth(above.size + 1 + this.#levels(id).length);
  }

  /** Undefined where an entity may be removed, with all that hangs from it. */
  judgeRemoval(id: string): Rejected | undefined {
    if (id === this.#avatarId) return forbid('avatar', 'the avatar leaves with the agent, not before it');
    if (!this.has(id)) return forbid('foreign', `${id} is no entity of ours, or gone`);
    const other = this.#levels(id)
      .flat()
      .find((one) => one === this.#avatarId || !this.#own.has(one));
    return other === undefined ? undefined : forbid('below', `${other} hangs from it, and would go with it`);
  }

  #forget(id: string): void {
    this.#own.delete(id);
    this.#gone(id);
  }

  /** All that it hangs from: as we said, and as the place shows, which may lag behind or be what others did. */
  #above(id: string): Set<string> {
    const passed = new Set<string>();
    const next = [id];
    for (const at of next)
      for (const parent of [this.#own.get(at)?.parent, this.#shownParent(at)])
        if (parent !== undefined && !passed.has(parent)) {
          passed.add(parent);
          next.push(parent);
        }
    return passed;
  }

  /** All that hangs from it, by how deep. */
  #levels(id: string): string[][] {
    this.#children ??= this.#findChildren();
    const passed = new Set([id]);
    const levels: string[][] = [];
    for (let level = [id]; level.length > 0; ) {
      level = level.flatMap((at) => [...(this.#children!.get(at) ?? [])]).filter((one) => !passed.has(one));
      for (const one of level) passed.add(one);
      if (level.length > 0) levels.push(level);
    }
    return levels;
  }

  #findChildren(): Map<string, Set<string>> {
    const children = new Map<string, Set<string>>();
    const hang = (child: string, parent: string | undefined) => {
      if (parent !== undefined) children.set(parent, (children.get(parent) ?? new Set()).add(child));
    };
    for (const id of Object.keys(this.#shown.toObject())) hang(id, this.#shownParent(id));
    for (const [id, { parent }] of this.#own) hang(id, parent);
    return children;
  }

  #shownParent(id: string): string | undefined {
    const entity = this.#shown.get(id);
    return isObject(entity) ? parentIn(entity.components) : undefined;
  }
}

function judgeDepth(depth: number): Rejected | undefined {
  return depth > MOST_DEEP ? forbid('deep', `it would hang ${depth} deep`) : undefined;
}
