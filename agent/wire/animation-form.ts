import { isObject, type Json } from './json.ts';
import { misspelt } from './spelling.ts';

/** What the reference server looks for in an animation. */
const parts = ['path', 'from', 'to', 'start_at', 'duration', 'easing', 'repeats', 'autoreverses'] as const;

/** Bytes: the reference server copies each name of a path into a buffer of 255, and calls itself for each. */
const LONGEST_PATH = 250;
/** Twice of it, and what easing adds, is still a number. */
const LARGEST_END = 1e9;

/** Components the place reads itself. */
const readByPlaces: ReadonlySet<string> = new Set([
  'avatar',
  'grabbable',
  'intent',
  'property_animations',
  'relationships',
  'transform',
]);
/** What may be animated of them: it stays a transform that moves and turns, whatever the moment. */
const moves = /^transform\.matrix\.(translation(\.[xyz])?|rotation\.[xyz])$/;
/** What C takes for a number, and the place for the position of a component. */
const numeral = /^\s*[+-]?\d/;

const utf8 = new TextEncoder();

/** What hinders a place from carrying out an animation of version 4; undefined if nothing does. */
export function animationProblem(animation: Json | undefined): string | undefined {
  if (!isObject(animation)) return 'an animation is an object';
  const wrong = misspelt(animation, parts);
  if (wrong !== undefined) return `${wrong} is spelt in small letters`;
  const { path, from, to, start_at, duration, easing } = animation;
  const problem = pathProblem(path);
  if (problem !== undefined) return problem;
  if (!isEnd(from) || !isEnd(to) || sizeOf(from) !== sizeOf(to))
    return `it goes from and to a number up to ${LARGEST_END}, or a list of 3, 4 or 16, both alike`;
  if (!Number.isFinite(start_at)) return 'start_at is a moment of the place, in seconds';
  if (!Number.isFinite(duration) || (duration as number) <= 0) return 'its duration is positive, in seconds';
  return easing === undefined || typeof easing === 'string' ? undefined : 'its easing is a name';
}

function pathProblem(path: Json | undefined): string | undefined {
  if (typeof path !== 'string' || path.split('.').includes(''))
    return 'its path is names with dots between them';
  if (utf8.encode(path).length > LONGEST_PATH) return `its path has no more than ${LONGEST_PATH} bytes`;
  const [component] = path.split('.') as [string];
  if (numeral.test(component)) return 'its path begins with the name of a component';
  if (!readByPlaces.has(component.toLowerCase()) || moves.test(path)) return undefined;
  return `of ${component}, only translation and single angles of the matrix of a transform can be animated`;
}

function isEnd(value: Json | undefined): value is number | readonly number[] {
  if (typeof value === 'number') return Math.abs(value) <= LARGEST_END;
  return Array.isArray(value) && [3, 4, 16].includes(value.length) && value.every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= LARGEST_END;
}

function sizeOf(end: number | readonly number[]): number {
  return typeof end === 'number' ? 1 : end.length;
}
