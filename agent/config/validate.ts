import type { z } from 'zod';
import { type ConfigDocument, parseConfigDocument } from './document.ts';
import { expectation } from './expectation.ts';
import { explain } from './explain.ts';
import { ConfigError, type Problem } from './problem.ts';

/** Looks for what a schema cannot see. */
export type ExtraCheck = (document: ConfigDocument) => readonly Problem[];

/**
 * What `schema` makes of a YAML text, frozen through and through. Throws a `ConfigError` with every problem of
 * the text, in the order of the file; `file` is for its problems.
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  file: string,
  checks: readonly ExtraCheck[] = [],
): z.output<Schema> {
  const document = parseConfigDocument(text, file);
  if (document.value === undefined) throw new ConfigError(document.problems);
  if (document.value === null) throw new ConfigError([...document.problems, empty(file)]);

  const result = schema.safeParse(document.value, { error: expectation });
  const problems = [
    ...document.problems,
    ...(result.success ? [] : explain(result.error.issues, document)),
    ...checks.flatMap((check) => check(document)),
  ];
  if (result.success && problems.length === 0) return deepFreeze(result.data);
  throw new ConfigError(problems.sort(inOrderOfFile));
}

function empty(file: string): Problem {
  return {
    code: 'ALLO_E_CONFIG_MISSING',
    file,
    path: '',
    problem: 'the configuration is empty',
    mend: 'Say at least which place to join: `place: { url: alloplace://HOST }`.',
  };
}

/** What is missing comes after what is there at the same spot: a misspelt key explains both. */
function inOrderOfFile(a: Problem, b: Problem): number {
  const missing = ({ code }: Problem) => Number(code === 'ALLO_E_CONFIG_MISSING');
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || missing(a) - missing(b);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
