import type { Entity, World } from '../../place/world.ts';
import type { Json } from '../../wire/json.ts';
import { PLACE } from '../../wire/place-requests.ts';
import { propertyIn, rootOf, type SeenProperty } from './survey.ts';
import { formatValue } from './value.ts';
import type { Visitor } from './visitor.ts';

/** One thing that changed in the place. */
export interface Change {
  readonly what: 'joined' | 'lost' | 'property' | 'track' | 'entity' | 'gone';
  /** For programs. */
  readonly detail: Readonly<Record<string, Json>>;
  /** For people, on one line. */
  readonly text: string;
}

/** Tells what is there, then what changes: properties, tracks, who comes and goes. Returns the way to stop. */
export function followChanges(visitor: Visitor, say: (change: Change) => void): () => void {
  const { session } = visitor;
  const { world } = session;
  /** The place itself, and the visitor's own avatars, present and past. */
  const unseen = new Set([PLACE]);
  const visible = ({ id }: Entity) => !unseen.add(session.status.avatarId ?? PLACE).has(id);
  const appeared = (entity: Entity) => {
    for (const change of changesIn(entity, Object.keys(entity.components), world)) say(change);
    const { name, entityId } = rootOf(entity, world.entities);
    if (entityId === entity.id && visible(entity))
      say({ what: 'entity', detail: { entity: entity.id, name }, text: `${name} is here` });
  };
  const joined = (place: string) => say({ what: 'joined', detail: { place }, text: `joined ${place}` });

  joined(session.status.placeName ?? '');
  for (const entity of world.entities.values()) appeared(entity);
  const undo = [
    session.observe({
      joined: ({ placeName }) => joined(placeName),
      lost: ({ code, message }) => say({ what: 'lost', detail: { code, message }, text: `lost: ${message}` }),
    }),
    world.observe({
      entityAdded: appeared,
      entityChanged: (entity, names) => {
        for (const change of changesIn(entity, names, world)) say(change);
      },
      entityRemoved: (entity) => {
        if (visible(entity))
          say({ what: 'gone', detail: { entity: entity.id }, text: `${nameOf(entity)} is gone` });
      },
    }),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}

/** That a property has this value now. */
export function changeOf(seen: SeenProperty): Change {
  const { appliance, key, thing, name: property, value = null, unit = null, quality = null, entityId } = seen;
  const detail = { appliance: appliance.name, thing, property, value, unit, quality, entity: entityId };
  const note = quality === null || quality === 'good' ? '' : ` (${quality})`;
  const text = `${appliance.name}/${key}  ${formatValue(value, seen.unit)}${note}`;
  return { what: 'property', detail, text };
}

/** What to tell of an entity of which these components are new. */
function changesIn(entity: Entity, names: readonly string[], { entities }: World): Change[] {
  const root = rootOf(entity, entities);
  const changes: Change[] = [];
  const seen = names.includes('property') ? propertyIn(entity, root) : undefined;
  if (seen) changes.push(changeOf(seen));
  if (names.includes('live_media')) {
    const media = entity.components.live_media ?? null;
    const text = `${root.name}  ${media === null ? 'track ended' : `track ${JSON.stringify(media)}`}`;
    changes.push({ what: 'track', detail: { appliance: root.name, media, entity: entity.id }, text });
  }
  return changes;
}

/** What one entity is called when its parents may be gone already. */
function nameOf(entity: Entity): string {
  const root = { entityId: entity.id, name: entity.id };
  const alone = rootOf(entity, new Map([[entity.id, entity]]));
  return propertyIn(entity, root)?.key ?? alone.name;
}
