import { type Config, configSchema } from './schema.ts';
import { parseConfigDocument } from './document.ts';
import { expectation, explain } from './explain.ts';
import { ConfigError, type Problem } from './problem.ts';
import { readConfigSource } from './source.ts';

/** Where the configuration is looked for unless `--config` says otherwise. */
export const defaultConfigFile = '/etc/allo-agent/config.yaml';

/** Reads, checks and freezes a configuration. Rejects with a `ConfigError` that holds every problem there is. */
export async function loadConfig(file: string): Promise<Config> {
  return parseConfig(await readConfigSource(file), file);
}

/** Checks and freezes a configuration. `file` is for the problems. Throws a `ConfigError`. */
export function parseConfig(text: string, file: string): Config {
  const document = parseConfigDocument(text, file);
  if (document.value === undefined) throw new ConfigError(document.problems);
  if (document.value === null) throw new ConfigError([...document.problems, empty(file)]);

  const result = configSchema.safeParse(document.value, { error: expectation });
  const problems = [...document.problems, ...(result.success ? [] : explain(result.error.issues, document))];
  if (result.success && problems.length === 0) return deepFreeze(result.data);
  throw new ConfigError(problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)));
}

function empty(file: string): Problem {
  return {
    code: 'ALLO_E_CONFIG_MISSING',
    file,
    path: '',
    problem: 'the configuration is empty',
    mend: 'Say at least which place to join: two lines, `place:` and `  url: alloplace://HOST`.',
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
