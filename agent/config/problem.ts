import { AlloError, type ErrorCode } from '../errors.ts';

/** Where in the configuration something stands: keys and list positions from the top. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a configuration, told so that a person can mend it. */
export interface Problem {
  readonly code: Extract<ErrorCode, `ALLO_E_CONFIG_${string}`>;
  readonly file: string;
  /** From 1; absent where the whole file is meant. */
  readonly line?: number;
  /** From 1, in characters. */
  readonly column?: number;
  /** `things[0].debounce`; empty for the whole file. */
  readonly path: string;
  /** What stands there, shortened; absent where nothing does. Secrets are not shown. */
  readonly value?: string;
  /** What is wrong. */
  readonly problem: string;
  /** What to write instead. */
  readonly mend: string;
}

/** Everything that is wrong with one configuration, at once. */
export class ConfigError extends AlloError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('ALLO_E_CONFIG', problems.map(formatProblem).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** `file:line:column: what is wrong`, and the mend on a line of its own. */
export function formatProblem({ file, line, column, problem, mend }: Problem): string {
  const at = line === undefined ? file : `${file}:${line}:${column}`;
  return `${at}: ${problem}\n    ${mend}`;
}

/** `things[0].debounce`. */
export function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );
}

const secret = /(^|_)(key|secret|token|password|credential)s?$/;

/** `value` as it may be shown: one short line of YAML flow style; what is kept under a secret's name is not shown. */
export function formatValue(value: unknown, path: Path): string {
  if (path.some((step) => typeof step === 'string' && secret.test(step))) return '[redacted]';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `a list of ${value.length}`;
  if (typeof value === 'object') return Object.keys(value).length === 0 ? '{}' : 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
