import type { Json } from '../../wire/json.ts';
import { LAST_REVISION, type PatchOperation, type StatePacket } from '../../wire/state.ts';
import { EntityMap } from './entity-map.ts';
import { mergeEntities, patchEntities } from './entity-patch.ts';
import { MEMBER, memoryOf } from './memory.ts';
import { PatchBudget } from './patch-budget.ts';

/** A place may patch from any of this many revisions. */
export const REVISIONS_KEPT = 64;

/** Nodes one patch may visit and copy. */
const PATCH_BUDGET = 1 << 18;

/** Bytes of patches, and nodes copied for them, since the last whole state; far more than a world can hold. */
const PATCH_VOLUME = 64 << 20;

/** Bytes of memory that all revisions kept may take, roughly; fewer are kept where changes are huge. */
const MEMORY = 64 << 20;

/** What became of a state packet. */
export type StateVerdict =
  | 'applied'
  /** Older than what is already known. */
  | 'stale'
  /** Not based on a revision that is known. */
  | 'unknown-base'
  /** The patch cannot be carried out. */
  | 'failed';

/**
 * The revisions of the state that a place may refer to, the newest being the head. One history belongs to one
 * connection. Memory is bounded: by what the revisions kept may take, and by asking for the whole state
 * again once the patches on top of the last one amount to more than a place could reasonably hold.
 */
export class StateHistory {
  /** Oldest first. */
  readonly #revisions = new Map<number, { readonly entities: EntityMap; readonly memory: number }>();
  #entities = EntityMap.empty;
  #revision: number | undefined;
  #acknowledged = 0;
  #volume = 0;
  #held = 0;

  /** The newest entities. */
  get entities(): EntityMap {
    return this.#entities;
  }

  /** The newest revision; undefined before the first. */
  get revision(): number | undefined {
    return this.#revision;
  }

  /** What to acknowledge: the newest revision, or 0 to be sent the whole state. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** `bytes`: the size of the packet as received. */
  receive(packet: StatePacket, bytes: number): StateVerdict {
    if (this.#isStale(packet.revision)) return 'stale';
    if (packet.style === 'set') {
      this.#volume = 0;
      return this.#advance(packet.revision, EntityMap.from(packet.entities), memoryOf(packet.entities));
    }
    const base = this.#revisions.get(packet.from)?.entities;
    if (!base) return this.#refuse('unknown-base');
    const budget = new PatchBudget(PATCH_BUDGET);
    const entities =
      packet.style === 'merge'
        ? mergeEntities(base, packet.entities, budget)
        : patchEntities(base, packet.from, packet.operations, budget);
    this.#volume += bytes + budget.spent;
    if (!entities || this.#volume > PATCH_VOLUME) return this.#refuse('failed');
    const news = packet.style === 'merge' ? packet.entities : packet.operations.map(addedBy);
    return this.#advance(packet.revision, entities, memoryOf(news) + MEMBER * budget.spent);
  }

  #advance(revision: number, entities: EntityMap, memory: number): StateVerdict {
    if (memory > MEMORY) return this.#refuse('failed');
    this.#forget(revision);
    this.#revisions.set(revision, { entities, memory });
    this.#held += memory;
    for (const oldest of this.#revisions.keys()) {
      if (this.#revisions.size <= REVISIONS_KEPT && this.#held <= MEMORY) break;
      this.#forget(oldest);
    }
    this.#entities = entities;
    this.#revision = revision;
    this.#acknowledged = revision;
    return 'applied';
  }

  #forget(revision: number): void {
    this.#held -= this.#revisions.get(revision)?.memory ?? 0;
    this.#revisions.delete(revision);
  }

  #refuse(verdict: StateVerdict): StateVerdict {
    this.#acknowledged = 0;
    return verdict;
  }

  /** While the whole state is asked for, whatever the place sends is news. */
  #isStale(revision: number): boolean {
    if (this.#revision === undefined || this.#acknowledged === 0) return false;
    return isOlder(revision, this.#revision);
  }
}

function addedBy(operation: PatchOperation): Json {
  return 'value' in operation ? operation.value : null;
}

/** Revisions wrap: the shorter way round tells which of two is older. */
export function isOlder(a: number, b: number): boolean {
  const half = LAST_REVISION / 2;
  return a < b ? b - a < half : a - b > half;
}
