import type { Json, JsonObject } from './json.ts';

/*
 * Some places look names up without regard to capital letters (versions 1 and 2 all of them, later ones some), and
 * take what they find first. So what they read is only ever spelt as they spell it.
 */

/** A key that is one of `names` but for its letters' size; undefined where all are spelt as places spell them. */
export function misspelt(object: JsonObject, names: readonly string[]): string | undefined {
  return Object.keys(object).find((key) => !names.includes(key) && names.includes(key.toLowerCase()));
}

/** What such a place finds under a name. */
export function foundAs(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const key = misspelt(object, [name]);
  return key === undefined ? undefined : object[key];
}
