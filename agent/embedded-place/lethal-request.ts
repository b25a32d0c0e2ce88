import type { Body } from '../wire/interaction.ts';
import { isObject, type Json } from '../wire/json.ts';
import type { PlaceRequestName } from '../wire/manners.ts';

/** Whether a deployed place finds what it looks for in a request, without asking whether it is there. */
const harmless: ReadonlyMap<string, (body: Body) => boolean> = new Map<string, (body: Body) => boolean>([
  ['add_property_animation', ([, wish]) => isObject(wish)],
  ['allocate_track', ([, type]) => typeof type === 'string'],
  ['announce', ([, , version, , identity, , avatar]) => version !== undefined && isNamed(identity, avatar)],
  ['change_components', ([, id, , changes, , names = []]) => isId(id) && isObject(changes) && areIds(names)],
  ['launch_app', ([, url]) => isId(url)],
  ['remove_entity', ([, id]) => isId(id)],
  ['spawn_entity', ([, description]) => isObject(description)],
]);

/** What about this request a deployed place that knows these would crash on, in words. */
export function lethalRequest(body: Body, known: readonly PlaceRequestName[]): string | undefined {
  const [name] = body;
  const isKnown = name === 'announce' || known.some((one) => one === name);
  return !isKnown || (harmless.get(name)?.(body) ?? true)
    ? undefined
    : `${name} without all of its arguments in their places`;
}

function isNamed(identity: Json | undefined, avatar: Json | undefined): boolean {
  return isObject(identity) && isObject(avatar);
}

function isId(value: Json | undefined): boolean {
  return typeof value === 'string';
}

function areIds(value: Json): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
