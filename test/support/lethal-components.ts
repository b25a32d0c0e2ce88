import type { Value } from './lethal.ts';

export type Description = { readonly [key: string]: Value };

/*
 * What a place of the reference server does with the components it reads itself, acted out: each function reads as
 * the simulation does, without asking whether anything is there, and JavaScript throws where C would fall.
 */

class Nowhere extends Error {}

function isMap(value: unknown): value is Description {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string as C reads one: whatever else lies there is an address of nothing. */
function cString(value: Value, what: string): string {
  if (typeof value !== 'string') throw new Nowhere(`${what} is no string`);
  return value;
}

function member(value: Value | undefined, name: string, of: string): Value {
  const found = isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (found === undefined) throw new Nowhere(`${of} has no ${name}`);
  return found;
}

/** Finds a child's pose by comparing names, at every step. */
function findPose({ intent }: Description): void {
  if (intent === undefined) return;
  if (!isMap(intent)) throw new Nowhere('an intent that is no object');
  for (const name of ['actuate_pose', 'from_avatar'])
    if (Object.hasOwn(intent, name)) cString(intent[name]!, name);
}

/** Moves what is posed or grabbed: a transform without its numbers gets another one beside it, at every step. */
function move({ transform }: Description): void {
  if (transform === undefined) return;
  const matrix = member(transform, 'matrix', 'a transform');
  if (!Array.isArray(matrix) || matrix.length !== 16 || matrix.some((n) => typeof n !== 'number'))
    throw new Nowhere('a transform without 16 numbers');
}

function findParent({ relationships }: Description): void {
  if (relationships === undefined) return;
  if (!isMap(relationships)) throw new Nowhere('relationships that are no object');
  if (Object.hasOwn(relationships, 'parent')) cString(relationships.parent!, 'a parent');
}

/** The token an app is launched with; a C++ string made of nothing aborts. */
function findToken({ avatar }: Description): void {
  if (avatar === undefined) return;
  if (!isMap(avatar)) throw new Nowhere('an avatar that is no object');
  if (Object.hasOwn(avatar, 'token')) cString(avatar.token!, 'a token');
}

function animate({ property_animations }: Description): void {
  if (property_animations === undefined) return;
  const animations = member(property_animations, 'animations', 'property_animations');
  if (!isMap(animations)) throw new Nowhere('animations that are no object');
  for (const animation of Object.values(animations)) animateOne(animation);
}

function animateOne(animation: Value): void {
  const path = cString(member(animation, 'path', 'an animation'), 'a path');
  if (path.split('.').some((name) => name.length === 0 || name.length >= 255))
    throw new Nowhere('a path that does not fit');
  const sizes = ['from', 'to'].map((end) => sizeOf(member(animation, end, 'an animation')));
  if (sizes[0] !== sizes[1]) throw new Nowhere('an animation between what does not compare');
  const start = member(animation, 'start_at', 'an animation');
  const duration = member(animation, 'duration', 'an animation');
  if (typeof start !== 'number' || typeof duration !== 'number' || duration <= 0)
    throw new Nowhere('an animation that is not a number of seconds');
  if (isMap(animation) && Object.hasOwn(animation, 'easing')) cString(animation.easing!, 'an easing');
}

function sizeOf(end: Value): number {
  if (typeof end === 'number') return 1;
  const numbers = Array.isArray(end) && end.every((item) => typeof item === 'number');
  if (!numbers || ![3, 4, 16].includes(end.length))
    throw new Nowhere('an end that is no number, vector or matrix');
  return end.length;
}

/** Why a place would not survive this description of an entity, or these components of one. */
export function lethalDescription(
  description: Description | undefined,
  of: 'entity' | 'components',
): string | undefined {
  if (!isMap(description)) return 'an entity that is no object';
  try {
    if (of === 'entity') readEntity(description);
    else readComponents(description);
    return undefined;
  } catch (error) {
    if (error instanceof Nowhere) return error.message;
    throw error;
  }
}

function readEntity(description: Description): void {
  if (Object.hasOwn(description, 'components')) throw new Nowhere('components freed, and then used');
  const { children, ...components } = description;
  readComponents(components);
  if (children === undefined) return;
  if (!Array.isArray(children)) throw new Nowhere('children that are no list');
  for (const child of children as Value[]) {
    if (!isMap(child)) throw new Nowhere('a child that is no object');
    readEntity(child);
  }
}

function readComponents(components: Description): void {
  for (const read of [findPose, move, findParent, findToken, animate]) read(components);
}
