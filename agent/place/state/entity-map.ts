import type { Json, JsonObject } from '../../wire/json.ts';

interface Entry {
  readonly id: string;
  readonly value: Json;
}
type Leaf = readonly Entry[];
type Branch = readonly Leaf[];

const BITS = 5;
const WIDTH = 1 << BITS;
const emptyLeaf: Leaf = [];
const emptyBranch: Branch = Array.from({ length: WIDTH }, () => emptyLeaf);
const emptyRoot: readonly Branch[] = Array.from({ length: WIDTH }, () => emptyBranch);

/** Differs per process, so that a place cannot choose ids that all fall into one leaf. */
const seed = Math.floor(Math.random() * 2 ** 32);

/**
 * The entities of one revision: an immutable map from id to what the place says of that entity. A changed map
 * shares all but two small nodes and one leaf with the map it came from, so that keeping 64 revisions, and
 * telling what differs between two of them, costs what changed and not what the world holds.
 */
export class EntityMap {
  static readonly empty = new EntityMap(emptyRoot, 0);

  readonly size: number;
  readonly #root: readonly Branch[];

  private constructor(root: readonly Branch[], size: number) {
    this.#root = root;
    this.size = size;
  }

  static from(entities: JsonObject): EntityMap {
    let map = EntityMap.empty;
    for (const [id, value] of Object.entries(entities)) map = map.with(id, value);
    return map;
  }

  get(id: string): Json | undefined {
    const hash = hashOf(id);
    return this.#leaf(hash).find((entry) => entry.id === id)?.value;
  }

  with(id: string, value: Json): EntityMap {
    const hash = hashOf(id);
    const leaf = this.#leaf(hash);
    const index = leaf.findIndex((entry) => entry.id === id);
    if (index < 0) return this.#withLeaf(hash, [...leaf, { id, value }], this.size + 1);
    if (leaf[index]!.value === value) return this;
    return this.#withLeaf(hash, replaced(leaf, index, { id, value }), this.size);
  }

  without(id: string): EntityMap {
    const hash = hashOf(id);
    const leaf = this.#leaf(hash);
    const index = leaf.findIndex((entry) => entry.id === id);
    return index < 0 ? this : this.#withLeaf(hash, leaf.toSpliced(index, 1), this.size - 1);
  }

  toObject(): JsonObject {
    const entries = this.#root.flat(2);
    return Object.fromEntries(entries.map(({ id, value }) => [id, value]));
  }

  /** Ids, sorted, whose value is not the same object, or not there, in the other map. */
  differences(other: EntityMap): string[] {
    const ids = new Set<string>();
    for (let i = 0; i < WIDTH; i++) {
      const ours = this.#root[i]!;
      const theirs = other.#root[i]!;
      if (ours === theirs) continue;
      for (let j = 0; j < WIDTH; j++) if (ours[j] !== theirs[j]) addDifferences(ids, ours[j]!, theirs[j]!);
    }
    return [...ids].sort();
  }

  #leaf(hash: number): Leaf {
    return this.#root[hash & (WIDTH - 1)]![(hash >>> BITS) & (WIDTH - 1)]!;
  }

  #withLeaf(hash: number, leaf: Leaf, size: number): EntityMap {
    const index = hash & (WIDTH - 1);
    const branch = replaced(this.#root[index]!, (hash >>> BITS) & (WIDTH - 1), leaf);
    return new EntityMap(replaced(this.#root, index, branch), size);
  }
}

function addDifferences(ids: Set<string>, ours: Leaf, theirs: Leaf): void {
  for (const entry of ours) if (!theirs.includes(entry)) ids.add(entry.id);
  for (const entry of theirs) if (!ours.includes(entry)) ids.add(entry.id);
}

/** What `Array.prototype.with` does, several times faster. */
function replaced<T>(list: readonly T[], index: number, item: T): readonly T[] {
  const copy = list.slice();
  copy[index] = item;
  return copy;
}

/** FNV-1a, its upper half folded into the bits that are used. */
function hashOf(id: string): number {
  let hash = seed;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 16);
}
