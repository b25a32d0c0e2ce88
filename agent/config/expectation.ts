import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

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
    case 'invalid_format':
      return `text that fits ${String(issue.pattern ?? issue.format)}`;
    case 'invalid_union':
      // Empty where the field brings no words of its own: then its forms are explained one by one.
      return '';
    case 'unrecognized_keys':
      rememberKnownKeys(issue);
      return undefined;
    default:
      return undefined;
  }
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

/** `a, b or c`. */
export function oneOf(values: readonly unknown[]): string {
  const texts = values.map(String);
  return texts.length === 1 ? texts[0]! : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** The schema's own keys travel with the issue: only the schema that raised it knows them. */
function rememberKnownKeys(issue: RawIssue): void {
  const shape = (issue.inst?._zod.def as { shape?: object } | undefined)?.shape;
  Object.assign(issue, { known: Object.keys(shape ?? {}) });
}
