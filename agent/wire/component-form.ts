import { isObject, type Json, type JsonObject } from './json.ts';
import { forbid } from './never-sent.ts';
import type { Rejected } from './rejection.ts';

/*
 * Components mean what agents agree on, and a place stores most of them unread. Some it reads itself, at every step
 * of its simulation, and the reference server trusts them to be whole. Those are checked here; all others pass.
 */

type Check = (component: JsonObject) => string | undefined;

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['transform', ({ matrix }) => (isMatrix(matrix) ? undefined : 'a matrix is 16 numbers')],
  ['relationships', ({ parent }) => optional(parent, isText, 'a parent is the id of an entity')],
  ['intent', ({ actuate_pose, from_avatar }) => actuation(actuate_pose, from_avatar)],
  ['avatar', ({ token }) => optional(token, isText, 'the token of an avatar is a string')],
  ['property_animations', ({ animations }) => animationsProblem(animations)],
]);

/** Components of one entity, without its children. Undefined where a place can take them. */
export function judgeComponents(components: JsonObject): Rejected | undefined {
  for (const [name, check] of checks) {
    const component = components[name];
    if (component === undefined) continue;
    const problem = isObject(component) ? check(component) : `${name} is an object`;
    if (problem !== undefined) return forbid('component', `${name}: ${problem}`);
  }
  return undefined;
}

/** A new entity as it is described to a place: components loose in the object, perhaps beside `children`. */
export function judgeEntity(description: Json | undefined): Rejected | undefined {
  if (!isObject(description)) return forbid('spawn-form', 'an entity is described by an object');
  if ('components' in description)
    return forbid('spawn-form', 'components lie loose in the description of an entity, not in `components`');
  const { children = [], ...components } = description;
  if (!Array.isArray(children)) return forbid('spawn-form', 'children are a list');
  const rejected = judgeComponents(components);
  if (rejected) return rejected;
  for (const child of children as readonly Json[]) {
    const rejectedChild = judgeEntity(child);
    if (rejectedChild) return rejectedChild;
  }
  return undefined;
}

/** What hinders a place from carrying out an animation of version 4; undefined if nothing does. */
export function animationProblem(animation: Json | undefined): string | undefined {
  if (!isObject(animation)) return 'an animation is an object';
  const { path, from, to, start_at, duration, easing } = animation;
  if (!isText(path) || path.split('.').some((name) => name === '' || name.length > LONGEST_NAME))
    return 'its path is names with dots between them';
  if (!isEnd(from) || !isEnd(to) || sizeOf(from) !== sizeOf(to))
    return 'it goes from and to a number, or a list of 3, 4 or 16, both alike';
  if (!isNumber(start_at)) return 'start_at is a moment of the place, in seconds';
  if (!isNumber(duration) || duration <= 0) return 'its duration is positive, in seconds';
  return optional(easing, isText, 'its easing is a name');
}

/** The reference server copies each name of a path into a buffer of this size. */
const LONGEST_NAME = 250;

function animationsProblem(animations: Json | undefined): string | undefined {
  if (!isObject(animations)) return 'animations is an object';
  return Object.values(animations).map(animationProblem).find(Boolean);
}

function actuation(pose: Json | undefined, avatar: Json | undefined): string | undefined {
  return (
    optional(pose, isText, 'actuate_pose is the name of a pose') ??
    optional(avatar, isText, 'from_avatar is the id of an entity')
  );
}

function optional(value: Json | undefined, is: (v: unknown) => boolean, problem: string): string | undefined {
  return value === undefined || is(value) ? undefined : problem;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isMatrix(value: unknown): boolean {
  return Array.isArray(value) && value.length === 16 && value.every(isNumber);
}

function isEnd(value: unknown): value is number | readonly number[] {
  if (isNumber(value)) return true;
  return Array.isArray(value) && [3, 4, 16].includes(value.length) && value.every(isNumber);
}

function sizeOf(end: number | readonly number[]): number {
  return typeof end === 'number' ? 1 : end.length;
}
