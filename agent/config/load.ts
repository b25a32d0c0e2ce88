import type { ConfigDocument } from './document.ts';
import { interlockConflicts } from './interlocks.ts';
import { ConfiguredKeys } from './keys.ts';
import type { Problem } from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import { readConfigSource } from './source.ts';
import { type ExtraCheck, validate } from './validate.ts';

/**
 * Reads, checks and freezes a configuration, with the keys in the files that it names. Rejects with a `ConfigError`
 * that holds every problem there is. `keys: false` leaves those files alone, as of another machine.
 */
export async function loadConfig(file: string, { keys = true } = {}): Promise<Config> {
  const text = await readConfigSource(file);
  if (!keys) return parseConfig(text, file);
  const configured = new ConfiguredKeys();
  const config = validate(configSchema, text, file, [...checks, (document) => configured.check(document)]);
  if (config.access.write !== 'key') return config;
  return Object.freeze({ ...config, access: Object.freeze({ ...config.access, keys: configured.keys }) });
}

/** Checks and freezes a configuration, but for its keys. `file` is for the problems. Throws a `ConfigError`. */
export function parseConfig(text: string, file: string): Config {
  return validate(configSchema, text, file, checks);
}

/** Sections whose devices are things with the id of the section, where they are there. */
const ownSections = ['microphone', 'speaker'];

/** What holds between parts of the configuration. */
const checks: readonly ExtraCheck[] = [duplicateIds, interlockConflicts];

/** Ids of things are unique. */
function duplicateIds(document: ConfigDocument): Problem[] {
  const { things, ...sections } = Object(document.value) as Record<string, unknown>;
  const present = ownSections.filter((section) => sections[section] !== undefined);
  const owners = new Map<unknown, string>(present.map((section) => [section, `the ${section}`]));
  return (Array.isArray(things) ? things : []).flatMap((thing, index) => {
    const id = (Object(thing) as { id?: unknown }).id;
    if (typeof id !== 'string') return [];
    const path = ['things', index, 'id'];
    const position = document.locate(path);
    const owner = owners.get(id);
    if (owner === undefined) owners.set(id, `the thing in line ${position.line}`);
    if (owner === undefined) return [];
    return [
      {
        code: 'ALLO_E_CONFIG_DUPLICATE',
        file: document.file,
        ...position,
        path: `things[${index}].id`,
        value: id,
        problem: `${owner} has the id ${id} already`,
        mend: 'Give every thing an id of its own.',
      } satisfies Problem,
    ];
  });
}
