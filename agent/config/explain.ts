import type { z } from 'zod';
import type { ConfigDocument } from './document.ts';
import { oneOf } from './expectation.ts';
import { formatPath, formatValue, type Path, type Problem } from './problem.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue & { known?: readonly string[] };

/** Turns what the schema found wrong into problems with their place in the file. */
export function explain(issues: readonly Issue[], document: ConfigDocument): Problem[] {
  return issues.flatMap((issue) => explainIssue(issue, document));
}

function explainIssue(issue: Issue, document: ConfigDocument): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && issue.message === '') {
    // Of several forms, the one that fits best is the one that was meant.
    const nearest = issue.errors.reduce((best, form) => (misfits(form) < misfits(best) ? form : best));
    return nearest.flatMap((inner) =>
      explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, document),
    );
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey([...path, key], issue.known ?? [], document));

  if (issue.code === 'invalid_key') return [unfitName(path, issue.issues[0]?.message ?? 'another', document)];

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

function unfitName(path: Path, fitting: string, document: ConfigDocument): Problem {
  const name = String(path.at(-1));
  return {
    code: 'ALLO_E_CONFIG_VALUE',
    file: document.file,
    ...document.locateKey(path),
    path: formatPath(path),
    value: formatValue(name, []),
    problem: `${name} is no name for an entry of ${formatPath(path.slice(0, -1))}`,
    mend: `Write ${fitting}.`,
  };
}

function valueAt(value: unknown, path: Path): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}
