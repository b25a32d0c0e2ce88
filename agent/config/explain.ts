import type { z } from 'zod';
import type { ConfigDocument } from './document.ts';
import { formatPath, formatValue, type Path, type Problem } from './problem.ts';
import { suggest } from './suggest.ts';

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue & { known?: readonly string[] };

/**
 * Words for what the schema expects, where a field does not bring its own: always what to write, as in
 * "a whole number", so that every message can follow "Write".
 */
export function expectation(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected as string] ?? `a value of type ${String(issue.expected)}`;
    case 'invalid_value':
      return oneOf(issue.values as readonly unknown[]);
    case 'too_small':
      return bounded(issue, 'at least', Number(issue.minimum));
    case 'too_big':
      return bounded(issue, 'at most', Number(issue.maximum));
    case 'unrecognized_keys':
      rememberKnownKeys(issue);
      return undefined;
    default:
      return undefined;
  }
}

/** Turns what the schema found wrong into problems with their place in the file. */
export function explain(issues: readonly Issue[], document: ConfigDocument): Problem[] {
  return issues.flatMap((issue) => explainIssue(issue, document));
}

function explainIssue(issue: Issue, document: ConfigDocument): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of several forms, the one that fits best is the one that was meant.
    const nearest = issue.errors.reduce((best, form) => (misfits(form) < misfits(best) ? form : best));
    return nearest.flatMap((inner) =>
      explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, document),
    );
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey([...path, key], issue.known ?? [], document));

  const value = valueAt(document.value, path);
  const where = path.length > 0 ? formatPath(path) : 'the configuration';
  const at = { file: document.file, ...document.locate(path), path: formatPath(path) };
  if (value === undefined) {
    const mend =
      issue.code === 'custom' ? sentence(issue.message) : `Add ${path.at(-1)}: ${mendText(issue)}.`;
    return [{ code: 'ALLO_E_CONFIG_MISSING', ...at, problem: `${where} is missing`, mend }];
  }
  const shown = formatValue(value, path);
  const problem = `${where} is ${shown}`;
  return [{ code: 'ALLO_E_CONFIG_VALUE', ...at, value: shown, problem, mend: mendOf(issue, value) }];
}

function mendOf(issue: Issue, value: unknown): string {
  // A rule of the schema's own says by itself what to do.
  if (issue.code === 'custom') return sentence(issue.message);
  const meant = meantValue(issue, value);
  return `${meant === undefined ? '' : `Did you mean ${meant}? `}Write ${mendText(issue)}.`;
}

/** Words become a sentence; names of keys, lines and devices stay as they are. */
function sentence(text: string): string {
  const capitalised = /^[a-z]+(?![\w:])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?)]$/.test(capitalised) ? capitalised : `${capitalised}.`;
}

function misfits(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function unknownKey(path: Path, known: readonly string[], document: ConfigDocument): Problem {
  const key = String(path.at(-1));
  const meant = suggest(key, known);
  const parent = formatPath(path.slice(0, -1));
  return {
    code: 'ALLO_E_CONFIG_KEY',
    file: document.file,
    ...document.locateKey(path),
    path: formatPath(path),
    value: formatValue(valueAt(document.value, path), path),
    problem: `there is no key ${key}${parent ? ` in ${parent}` : ''}`,
    mend: `${meant === undefined ? '' : `Did you mean ${meant}? `}Known here: ${known.join(', ')}.`,
  };
}

const typeNames: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, each entry after a dash',
  tuple: 'a list',
  object: '`key: value` lines, indented beneath it',
  record: '`key: value` lines, indented beneath it',
};

function bounded({ origin }: RawIssue, bound: string, limit: number): string {
  const plural = limit === 1 ? '' : 's';
  if (origin === 'string') return `text of ${bound} ${limit} character${plural}`;
  if (origin === 'array')
    return limit === 1 ? `a list of ${bound} 1 entry` : `a list of ${bound} ${limit} entries`;
  return `${bound} ${limit}`;
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map(String);
  return texts.length === 1 ? texts[0]! : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** The schema's own keys travel with the issue: only the schema that raised it knows them. */
function rememberKnownKeys(issue: RawIssue): void {
  const shape = (issue.inst?._zod.def as { shape?: object } | undefined)?.shape;
  Object.assign(issue, { known: Object.keys(shape ?? {}) });
}

function mendText(issue: Issue): string {
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
    return oneOf(issue.options);
  return issue.message;
}

function meantValue(issue: Issue, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (issue.code === 'invalid_value') return suggest(value, issue.values.map(String));
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
    return suggest(value, issue.options.map(String));
  return undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}
