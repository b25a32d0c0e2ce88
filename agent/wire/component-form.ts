import { animationProblem } from './animation-form.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { forbid } from './never-sent.ts';
import type { Rejected } from './rejection.ts';
import { foundAs, misspelt } from './spelling.ts';
import { matrixProblem } from './transform-form.ts';

/*
 * Components mean what agents agree on, and a place stores most of them unread. Some it reads itself, at every step
 * of its simulation, and the reference server trusts them to be whole. Those are checked here; all others pass.
 */

interface Form {
  /** What the place looks for in it. */
  readonly members: readonly string[];
  check(component: JsonObject): string | undefined;
}

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['transform', { members: ['matrix'], check: ({ matrix }) => matrixProblem(matrix) }],
  [
    'relationships',
    {
      members: ['parent'],
      check: ({ parent }) => optional(parent, isText, 'a parent is the id of an entity'),
    },
  ],
  [
    'avatar',
    {
      members: ['token'],
      check: ({ token }) => optional(token, isText, 'the token of an avatar is a string'),
    },
  ],
  [
    'grabbable',
    { members: ['actuate_on', 'translation_constraint', 'rotation_constraint'], check: grabbableProblem },
  ],
  [
    'property_animations',
    { members: ['animations'], check: ({ animations }) => animationsProblem(animations) },
  ],
]);

const POSES = 'intent';
const names = [...forms.keys(), POSES];
const namesOfEntity = [...names, 'children', 'components'];

/** Components of one entity. Undefined where a place can take them. */
export function judgeComponents(components: JsonObject): Rejected | undefined {
  const wrong = misspelt(components, names);
  if (wrong !== undefined) return forbid('letters', `${wrong} is spelt in small letters`);
  if (POSES in components) return forbid('posed', 'no entity of ours follows poses');
  for (const [name, { members, check }] of forms) {
    const component = components[name];
    if (component === undefined) continue;
    if (!isObject(component)) return forbid('component', `${name} is an object`);
    const member = misspelt(component, members);
    if (member !== undefined) return forbid('letters', `${name}: ${member} is spelt in small letters`);
    const problem = check(component);
    if (problem !== undefined) return forbid('component', `${name}: ${problem}`);
  }
  return undefined;
}

/** A new entity as it is described to a place: its components, loose in the object. */
export function judgeEntity(description: Json | undefined): Rejected | undefined {
  if (!isObject(description)) return forbid('spawn-form', 'an entity is described by an object');
  const wrong = misspelt(description, namesOfEntity);
  if (wrong !== undefined) return forbid('letters', `${wrong} is spelt in small letters`);
  if ('components' in description)
    return forbid('spawn-form', 'components lie loose in the description of an entity, not in `components`');
  if ('children' in description)
    return forbid('spawn-form', 'each entity is spawned by itself, children too');
  return judgeComponents(description);
}

/** The id of what an entity of these components hangs from. */
export function parentIn(components: Json | undefined): string | undefined {
  const relationships = isObject(components) ? foundAs(components, 'relationships') : undefined;
  const parent = isObject(relationships) ? foundAs(relationships, 'parent') : undefined;
  return typeof parent === 'string' ? parent : undefined;
}

function animationsProblem(animations: Json | undefined): string | undefined {
  if (!isObject(animations)) return 'animations is an object';
  return Object.values(animations).map(animationProblem).find(Boolean);
}

/** The reference server mixes the axes of two rotations by a constraint, and what comes of it is none. */
function grabbableProblem(grabbable: JsonObject): string | undefined {
  const { actuate_on, translation_constraint, rotation_constraint } = grabbable;
  return (
    optional(actuate_on, (on) => on === '' || on === '$parent', 'it actuates itself, or its `$parent`') ??
    optional(translation_constraint, isShares, 'a translation constraint is three numbers from 0 to 1') ??
    optional(rotation_constraint, isFree, 'a rotation constraint is 1, 1, 1, or left out')
  );
}

function optional(value: Json | undefined, is: (v: Json) => boolean, problem: string): string | undefined {
  return value === undefined || is(value) ? undefined : problem;
}

function isText(value: Json): boolean {
  return typeof value === 'string';
}

function isShares(value: Json): boolean {
  return (
    Array.isArray(value) && value.length === 3 && value.every((n) => n >= 0 && n <= 1 && Number.isFinite(n))
  );
}

function isFree(value: Json): boolean {
  return Array.isArray(value) && value.length === 3 && value.every((n) => n === 1);
}
