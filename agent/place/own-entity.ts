import type { Json } from '../wire/json.ts';
import type { Components } from '../wire/place-requests.ts';
import { RateLimit } from './rate-limit.ts';
import { jsonEqual } from './state/json-equal.ts';

/** Changes of components: a value replaces one, undefined removes it. */
export type ComponentChanges = Readonly<Record<string, Json | undefined>>;

/** Changes of one entity that may be sent in a second. */
const CHANGES_A_SECOND = 2;

/** One entity of ours: as it should be, and as far as it is. */
export class OwnEntity {
  readonly key: string;
  /** Key of the entity it hangs from; undefined for the avatar, which hangs from nothing. */
  readonly parent: string | undefined;
  readonly limit = new RateLimit(CHANGES_A_SECOND, 1_000);
  /** As it should be. */
  components: Components;
  /** Its id while it is in the place. */
  id: string | undefined;
  /** As the place last took it; undefined while it is not there. */
  placed: Components | undefined;

  constructor(key: string, parent: string | undefined, components: Components) {
    this.key = key;
    this.parent = parent;
    this.components = components;
  }

  change(changes: ComponentChanges): void {
    const changed = Object.entries({ ...this.components, ...changes });
    this.components = Object.fromEntries(
      changed.filter((entry): entry is [string, Json] => entry[1] !== undefined),
    );
  }

  /** As it should be, with the id of what it hangs from. */
  under(parentId: string | undefined): Components {
    if (parentId === undefined) return this.components;
    const { relationships } = this.components;
    const others = typeof relationships === 'object' && !Array.isArray(relationships) ? relationships : {};
    return { ...this.components, relationships: { ...others, parent: parentId } };
  }

  leave(): void {
    this.id = undefined;
    this.placed = undefined;
  }
}

/** What must be said to make `placed` into `wanted`; undefined where there is nothing to say. */
export function difference(
  placed: Components,
  wanted: Components,
): { changes: Components; removals: readonly string[] } | undefined {
  const changed = Object.entries(wanted).filter(
    ([name, value]) => !Object.hasOwn(placed, name) || !jsonEqual(placed[name], value),
  );
  const removals = Object.keys(placed).filter((name) => !Object.hasOwn(wanted, name));
  if (changed.length === 0 && removals.length === 0) return undefined;
  return { changes: Object.fromEntries(changed), removals };
}
