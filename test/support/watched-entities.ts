import { avatarComponents } from '../../agent/appliance/panel/avatar.ts';
import { OwnEntities } from '../../agent/place/own-entities.ts';
import { type ComponentChanges, difference } from '../../agent/place/own-entity.ts';
import type { VirtualTime } from '../../agent/time/virtual-time.ts';
import type { Components } from '../../agent/wire/place-requests.ts';

/** Entities that remember what would have gone to the place since they were last asked. */
export class WatchedEntities extends OwnEntities {
  changes: { key: string; at: number; bytes: number }[] = [];
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    super(avatarComponents('Greenhouse', { position: [0, 1.2, -1.5], rotationY: 0 }), () => {});
    this.#time = time;
  }

  override declare(key: string, components: Components, about: { parent?: string } = {}): void {
    this.#note(key, components);
    super.declare(key, components, about);
  }

  override update(key: string, changes: ComponentChanges): void {
    this.#note(key, { ...this.get(key)?.components, ...changes } as Components);
    super.update(key, changes);
  }

  #note(key: string, wanted: Components): void {
    const changed = difference(this.get(key)?.components ?? {}, wanted)?.changes;
    if (changed) this.changes.push({ key, at: this.#time.now(), bytes: JSON.stringify(changed).length });
  }
}
