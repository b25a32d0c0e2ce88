import { isObject, must, type Value } from './lethal.ts';
import type { Description } from './lethal-components.ts';

interface Thing {
  readonly ours: boolean;
  /** How many came before it: a place frees the youngest of an agent first. */
  readonly born: number;
  components: Description;
}

/** So deep the reference server can call itself, by far. */
const DEEPEST = 1_000;

/**
 * The entities of a place as the reference server keeps them, with what it does along their parents acted out: it
 * follows them without a look where they lead, cascades when it removes, and frees what an agent leaves behind.
 */
export class LethalScene {
  readonly things = new Map<string, Thing>();
  /** Whose the connection is. */
  avatar: string | undefined;
  #births = 0;

  isOurs(id: string): boolean {
    return this.things.get(id)?.ours ?? false;
  }

  /** Puts an entity there, without a judgement. */
  put(id: string, components: Description, ours: boolean): void {
    const born = this.things.get(id)?.born ?? this.#births++;
    this.things.set(id, { ours, born, components });
  }

  /** It, and what hangs from it. */
  tree(id: string): string[] {
    const found = [id];
    for (const at of found)
      for (const one of this.things.keys())
        if (this.parent(one) === at && !found.includes(one)) found.push(one);
    return found;
  }

  /** Whatever its letters. */
  parent(id: string): string | undefined {
    const relationships = lookUp(this.things.get(id)?.components, 'relationships');
    const parent = lookUp(relationships, 'parent');
    return typeof parent === 'string' ? parent : undefined;
  }

  /** Removes it with all that hangs from it, as places do; returns the way to undo that. */
  take(id: string): () => void {
    const tree = new Set(this.things.has(id) ? this.tree(id) : []);
    const taken = [...this.things].filter(([one]) => tree.has(one));
    for (const [one] of taken) this.things.delete(one);
    return () => {
      for (const [one, thing] of taken) this.things.set(one, thing);
    };
  }

  /** The agent removes. */
  remove(id: string): () => void {
    must(this.isOurs(id), 'removes what is not there, or another’s');
    for (const one of this.tree(id))
      must(one !== this.avatar && this.isOurs(one), `removes ${one} with it, which must stay`);
    return this.take(id);
  }

  /** The agent describes a new entity, whose id it is not told yet, or its avatar. */
  describe(components: Description): void {
    this.put('new', components, true);
    const avatar = this.avatar === undefined;
    must(!avatar || this.parent('new') === undefined, 'an avatar that goes with what it hangs from');
    this.#check('new', true);
    this.things.delete('new');
  }

  /** The agent changes. */
  change(id: string, changes: Description, removals: readonly string[]): void {
    const thing = this.things.get(id);
    must(thing !== undefined, 'changes what is not there');
    must(thing.ours, 'changes what is another’s, who knows what it is made of');
    this.write(id, changes, removals);
    this.#check(id, lookUp(changes, 'relationships') !== undefined);
  }

  /** Names are deleted whatever their letters. */
  write(id: string, changes: Description, removals: readonly string[]): void {
    const thing = this.things.get(id);
    if (!thing) return;
    const same = (a: string) => (b: string) => a.toLowerCase() === b.toLowerCase();
    const without = (names: readonly string[], components: Description) =>
      Object.entries(components).filter(([name]) => !names.some(same(name)));
    const changed = [...without(Object.keys(changes), thing.components), ...Object.entries(changes)];
    thing.components = Object.fromEntries(without(removals, Object.fromEntries(changed)));
  }

  #check(id: string, hung: boolean): void {
    const { components, born } = this.things.get(id)!;
    const parent = this.parent(id);
    const intent = lookUp(components, 'intent');
    if (typeof lookUp(intent, 'actuate_pose') === 'string')
      must(parent !== undefined, 'compares an avatar with a parent that is not there');
    const avatar = lookUp(intent, 'from_avatar');
    must(avatar === undefined || avatar === this.avatar, 'looks for the pose of who has said none');
    if (hung && parent !== undefined) {
      must(id !== this.avatar, 'an avatar that goes with what it hangs from');
      const above = this.things.get(parent);
      must(!above || above.born < born, 'a parent that frees what is to be freed next');
      this.#follow(id);
    }
    for (const one of this.tree(id)) this.#grab(one);
  }

  /** Rings that others have made are theirs. */
  #follow(id: string): void {
    const passed = new Set<string>();
    for (let at = this.parent(id); at !== undefined && !passed.has(at); at = this.parent(at)) {
      must(at !== id, 'an entity that hangs from itself');
      passed.add(at);
    }
    must(passed.size < DEEPEST, 'calls itself without end');
  }

  /** Turns round what places it in the world. Only what is not a number is fatal. */
  #grab(id: string): void {
    let world = identity;
    let steps = 0;
    for (let at: string | undefined = id; at !== undefined && steps < DEEPEST; at = this.parent(at), steps++)
      world = product(matrixOf(this.things.get(at)?.components), world);
    must(inverse(world).every(Number.isFinite), 'a grab that comes to no number');
  }
}

function lookUp(value: Value | undefined, name: string): Value | undefined {
  if (!isObject(value)) return undefined;
  const key = Object.keys(value).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : value[key];
}

type Matrix = readonly number[];

const identity: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function matrixOf(components: Description | undefined): Matrix {
  const matrix = lookUp(lookUp(components, 'transform'), 'matrix');
  return Array.isArray(matrix) && matrix.length === 16 ? (matrix as Matrix) : identity;
}

/** Both by columns. */
function product(a: Matrix, b: Matrix): Matrix {
  return identity.map((_, i) =>
    [0, 1, 2, 3].reduce((sum, k) => sum + a[k * 4 + (i % 4)]! * b[i - (i % 4) + k]!, 0),
  );
}

/** By cofactors, as it stands in books. */
function inverse(m: Matrix): Matrix {
  const minor = (row: number, column: number) => {
    const [a, b, c] = [0, 1, 2, 3].filter((i) => i !== row) as [number, number, number];
    const [d, e, f] = [0, 1, 2, 3].filter((i) => i !== column) as [number, number, number];
    const at = (r: number, col: number) => m[col * 4 + r]!;
    return (
      at(a, d) * (at(b, e) * at(c, f) - at(b, f) * at(c, e)) -
      at(a, e) * (at(b, d) * at(c, f) - at(b, f) * at(c, d)) +
      at(a, f) * (at(b, d) * at(c, e) - at(b, e) * at(c, d))
    );
  };
  const cofactor = (row: number, column: number) => (-1) ** (row + column) * minor(row, column);
  const determinant = [0, 1, 2, 3].reduce((sum, row) => sum + m[row]! * cofactor(row, 0), 0);
  return identity.map((_, i) => cofactor(Math.floor(i / 4), i % 4) * (1 / determinant));
}
