/** JSON, as far as somebody who reads it by hand knows. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Thrown where a place would not survive; whoever judges a whole packet catches it. */
export class Lethal extends Error {}

export function lethal(why: string): never {
  throw new Lethal(why);
}

export function must(holds: boolean, why: string): asserts holds {
  if (!holds) lethal(why);
}

export function isObject(value: unknown): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNumbers(value: unknown, length: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every((item) => typeof item === 'number');
}
