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

/** What is read of an object, in whatever letters it is written: versions 1 and 2 look at no others. */
function membersOf(value: Value, names: readonly string[]): [name: string, value: Value][] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    names.includes(key.toLowerCase()) ? [[key.toLowerCase(), item]] : [],
  );
}

/** Finds a child's pose by comparing names, at every step. */
function findPose(intent: Value): void {
  if (!isMap(intent)) throw new Nowhere('an intent that is no object');
  for (const [name, value] of membersOf(intent, ['actuate_pose', 'from_avatar'])) cString(value, name);
}

/**
 * Moves what is posed or grabbed: a transform without its numbers gets another one beside it, at every step. Where it
 * turns, the angle is the arc cosine of what stands in the diagonal, which must be that of a rotation.
 */
function move(transform: Value): void {
  const [found] = membersOf(transform, ['matrix']);
  const matrix = found?.[1];
  if (!Array.isArray(matrix) || matrix.length !== 16 || matrix.some((n) => typeof n !== 'number'))
    throw new Nowhere('a transform without 16 numbers');
  const axes = [0, 4, 8].map((at) => matrix.slice(at, at + 3) as number[]);
  const lengths = axes.map((axis) => Math.hypot(...axis));
  const [x, y, z] = axes.map((axis, i) => axis.map((n) => n / lengths[i]!)) as [number[], number[], number[]];
  const dot = (a: number[], b: number[]) => a.reduce((sum, n, i) => sum + n * b[i]!, 0);
  const upright = [dot(x, y), dot(y, z), dot(z, x)].every((cosine) => Math.abs(cosine) < 0.01);
  const alike = lengths.every((length) => Math.abs(length / lengths[0]! - 1) < 0.01);
  const third = [x[1]! * y[2]! - x[2]! * y[1]!, x[2]! * y[0]! - x[0]! * y[2]!, x[0]! * y[1]! - x[1]! * y[0]!];
  if (!upright || !alike || !(dot(third, z) > 0)) throw new Nowhere('an angle whose cosine is none');
}

function findParent(relationships: Value): void {
  if (!isMap(relationships)) throw new Nowhere('relationships that are no object');
  for (const [, parent] of membersOf(relationships, ['parent'])) cString(parent, 'a parent');
}

/** The token an app is launched with; a C++ string made of nothing aborts. */
function findToken(avatar: Value): void {
  if (!isMap(avatar)) throw new Nowhere('an avatar that is no object');
  for (const [, token] of membersOf(avatar, ['token'])) cString(token, 'a token');
}

/** Mixes where it was with where it is held, and the axes of both rotations: an axis that is mixed is none. */
function grab(grabbable: Value): void {
  for (const [name, constraint] of membersOf(grabbable, ['translation_constraint', 'rotation_constraint'])) {
    if (!Array.isArray(constraint) || constraint.length !== 3) continue;
    const shares = constraint.map((share) => (typeof share === 'number' ? share : 0));
    if (name === 'rotation_constraint' && shares.some((share) => share !== 1))
      throw new Nowhere('an axis that is none');
    if (shares.some((share) => Math.abs(share) > 1e9)) throw new Nowhere('a move to nowhere');
  }
}

function animate(component: Value): void {
  const animations = member(component, 'animations', 'property_animations');
  if (!isMap(animations)) throw new Nowhere('animations that are no object');
  for (const animation of Object.values(animations)) animateOne(animation);
}

/** What makes something else of a transform, or of an animation, than was judged. */
const becomesOdd =
  /^(transform(\.matrix(\.(scale|\d+)\b.*|\.rotation)?)?|\s*[+-]?\d.*|(grabbable|property_animations)\b.*)$/i;

function animateOne(animation: Value): void {
  const path = cString(member(animation, 'path', 'an animation'), 'a path');
  const names = path.split('.').map((name) => Buffer.byteLength(name));
  if (names.some((length) => length === 0 || length >= 255)) throw new Nowhere('a path that does not fit');
  if (names.length > 5_000) throw new Nowhere('calls itself without end');
  if (becomesOdd.test(path)) throw new Nowhere('an animation of what the place goes by');
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
  const own: [string, Value][] = [];
  for (const [key, value] of Object.entries(description)) {
    const name = key.toLowerCase();
    if (name === 'components') throw new Nowhere('components freed, and then used');
    if (name !== 'children') own.push([key, value]);
    else if (!Array.isArray(value)) throw new Nowhere('children that are no list');
    else
      for (const child of value as Value[]) {
        if (!isMap(child)) throw new Nowhere('a child that is no object');
        readEntity(child);
      }
  }
  readComponents(Object.fromEntries(own));
}

const readers: Readonly<Record<string, (component: Value) => void>> = {
  intent: findPose,
  transform: move,
  relationships: findParent,
  avatar: findToken,
  grabbable: grab,
  property_animations: animate,
};

function readComponents(components: Description): void {
  for (const [name, component] of Object.entries(components)) {
    const key = name.toLowerCase();
    if (Object.hasOwn(readers, key)) readers[key]!(component);
  }
}
