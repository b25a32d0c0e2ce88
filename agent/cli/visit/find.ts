import { AlloError } from '../../errors.ts';
import type { Touched } from './finger.ts';
import type { Root, SeenProperty, SeenTrack, Survey } from './survey.ts';

/** Most names listed in an error. */
const mostListed = 20;

/**
 * The property that `text` names: `THING.PROP`, `THING` where it has only one, `APPLIANCE/THING.PROP` where
 * several appliances have one of that name, or the id of its entity. Throws ALLO_E_VISIT_UNKNOWN or
 * ALLO_E_VISIT_AMBIGUOUS, listing what there is.
 */
export function findProperty({ properties }: Survey, text: string): SeenProperty {
  const byName = (name: string) => (property: SeenProperty) =>
    property.key === name || property.thing === name;
  return only('property', text, properties, {
    matches: (property) =>
      property.entityId === text || onAppliance(text, property.appliance, (name) => byName(name)(property)),
    name: ({ key }) => key,
    owner: ({ appliance }) => appliance,
  });
}

/** What to poke: a property, or any entity by its id. */
export function findTouched(world: Survey, entities: ReadonlyMap<string, unknown>, text: string): Touched {
  const standsFor = world.properties.find(
    ({ entityId, address }) => entityId === text && address.length === 0,
  );
  if (entities.has(text)) return { entityId: text, property: standsFor };
  const property = findProperty(world, text);
  return { entityId: property.entityId, property };
}

/** The track with this number, or carried by the entity with this id or by what has this display name. */
export function findTrack({ tracks }: Survey, text: string): SeenTrack {
  return only('track', text, tracks, {
    matches: ({ id, entityId, root }) => [String(id), entityId, root.entityId, root.name].includes(text),
    name: ({ id }) => String(id),
    owner: ({ root }) => root,
  });
}

/** The appliance with this display name or avatar id. */
export function findAppliance(world: Survey, text: string): Root {
  return only('appliance', text, appliancesIn(world), {
    matches: ({ name, entityId }) => name === text || entityId === text,
    name: ({ name }) => name,
    owner: (root) => root,
  });
}

/** Who stands in the place under this name or with this id: an appliance, or anybody else. */
export function findRoot({ roots }: Survey, text: string): Root {
  return only('entity without a parent', text, roots, {
    matches: ({ name, entityId }) => name === text || entityId === text,
    name: ({ name }) => name,
    owner: (root) => root,
  });
}

/** Who has properties, each once. */
export function appliancesIn({ properties }: Survey): Root[] {
  return [...new Map(properties.map(({ appliance }) => [appliance.entityId, appliance])).values()];
}

/**
 * The appliance to ask for an action `THING.ACTION`, maybe with `APPLIANCE/` before it, and the action's name
 * without that: the one that has the thing, or the only one there is.
 */
export function findActor(world: Survey, text: string): { appliance: Root; action: string } {
  const appliances = appliancesIn(world);
  const slash = text.indexOf('/');
  if (slash > 0)
    return { appliance: findAppliance(world, text.slice(0, slash)), action: text.slice(slash + 1) };
  const thing = text.split('.', 1)[0]!;
  const having = appliancesIn({ ...world, properties: world.properties.filter((p) => p.thing === thing) });
  const appliance = only('appliance with the thing', thing, having.length > 0 ? having : appliances, {
    matches: () => having.length > 0 || appliances.length === 1,
    name: ({ name }) => name,
    owner: (root) => root,
  });
  return { appliance, action: text };
}

interface Kind<T> {
  matches(candidate: T): boolean;
  name(candidate: T): string;
  owner(candidate: T): Root;
}

function only<T>(what: string, text: string, candidates: readonly T[], kind: Kind<T>): T {
  const matching = candidates.filter((candidate) => kind.matches(candidate));
  if (matching.length === 1) return matching[0]!;
  const [code, problem, listed] =
    matching.length === 0
      ? (['ALLO_E_VISIT_UNKNOWN', `there is no ${what} "${text}" here`, candidates] as const)
      : (['ALLO_E_VISIT_AMBIGUOUS', `more than one ${what} is called "${text}"`, matching] as const);
  const names = listed.map((candidate) => {
    const owner = kind.owner(candidate);
    const shared = listed.some((other) => isNamesake(kind.owner(other), owner));
    return fullName(kind.name(candidate), owner, shared);
  });
  throw new AlloError(code, `${problem}; there is ${listOf(names)}`);
}

/** As they can be typed. */
export function namesOf(roots: readonly Root[]): string {
  const shared = (root: Root) => roots.some((other) => isNamesake(other, root));
  return listOf(roots.map((root) => fullName(root.name, root, shared(root))));
}

/** Whether a name fits, where `APPLIANCE/` before it has to fit the appliance. */
function onAppliance(text: string, appliance: Root, fits: (name: string) => boolean): boolean {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return fits(text);
  const owner = text.slice(0, slash);
  return [appliance.name, appliance.entityId].includes(owner) && fits(text.slice(slash + 1));
}

function isNamesake(one: Root, other: Root): boolean {
  return one.name === other.name && one.entityId !== other.entityId;
}

/** As it can be typed. `shared`: an appliance of the same name has it too, so that only the id tells them apart. */
function fullName(name: string, { name: owner, entityId }: Root, shared: boolean): string {
  const called = shared ? entityId : owner;
  const note = shared ? ` (${owner})` : '';
  return (name === owner ? called : `${called}/${name}`) + note;
}

function listOf(names: readonly string[]): string {
  if (names.length === 0) return 'none at all';
  const rest = names.length - mostListed;
  return names.slice(0, mostListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
