import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Key } from '../keys/key.ts';
import { newKey, readKeyFile } from '../keys/key-file.ts';
import type { ConfigDocument } from './document.ts';
import { formatPath, type Path, type Problem } from './problem.ts';

/** What the unit's `LoadCredential=keys:...` puts before the name of each file of the folder. */
const credentialPrefix = 'keys_';

/** A file with a key, and where in the configuration it comes from. */
interface Source {
  readonly file: string;
  readonly name?: string;
  readonly path: Path;
}

/**
 * The keys that `access` names, and what is wrong with their files. `credentials`: the directory in which systemd
 * hands them over; without it, the folder `keys` beside the configuration is looked into, from which it takes them.
 */
export class ConfiguredKeys {
  keys: readonly Key[] = [];
  readonly #credentials: string | undefined;

  constructor(credentials = process.env.CREDENTIALS_DIRECTORY) {
    this.#credentials = credentials;
  }

  /** Reads the keys; every problem with them is told. */
  check(document: ConfigDocument): readonly Problem[] {
    const { write, key_file: named } = accessIn(document);
    const told: Problem[] = [];
    const tell = (path: Path, problem: string, mend: string) =>
      told.push({
        code: 'ALLO_E_CONFIG_KEY_FILE',
        file: document.file,
        ...document.locate(path),
        path: formatPath(path),
        problem,
        mend,
      });
    const sources: Source[] = [
      ...(write === 'key' ? this.#provided(document, tell) : []),
      ...listed(named).map(([file, path]) => ({ file: resolve(dirname(document.file), file), path })),
    ];
    const keys = new Map<string, Key>();
    for (const { file, name, path } of sources) {
      const key = readKeyFile(file, name);
      if ('fault' in key) tell(path, `the key file ${file} ${key.fault}`, key.mend);
      else if (keys.has(key.name))
        tell(
          path,
          `there is another key ${key.name} than that in ${file}`,
          'Give each file a name of its own.',
        );
      else keys.set(key.name, key);
    }
    if (write === 'key' && keys.size === 0 && told.length === 0)
      tell(
        ['access', 'write'],
        'access.write is key, and there is no key',
        `Make one: umask 077; ${newKey} > ${join(resolve(dirname(document.file)), 'keys', 'NAME')}`,
      );
    this.keys = [...keys.values()];
    return told;
  }

  #provided(document: ConfigDocument, tell: (path: Path, problem: string, mend: string) => void): Source[] {
    const path = ['access', 'write'];
    const folder = this.#credentials ?? join(resolve(dirname(document.file)), 'keys');
    const prefix = this.#credentials === undefined ? '' : credentialPrefix;
    try {
      return readdirSync(folder)
        .filter((entry) => entry.startsWith(prefix) && !entry.startsWith('.'))
        .sort()
        .map((entry) => ({
          file: join(folder, entry),
          name: entry.slice(prefix.length).replace(/\.key$/, ''),
          path,
        }));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EACCES')
        tell(
          path,
          `the folder ${folder} with the keys may not be read by this user`,
          'Look as root, with sudo.',
        );
      else if (code !== 'ENOENT')
        tell(path, `the folder with the keys cannot be read: ${message}`, 'Mend it, or take it away.');
      return [];
    }
  }
}

function accessIn({ value }: ConfigDocument): { readonly write?: unknown; readonly key_file?: unknown } {
  const { access } = Object(value) as { access?: unknown };
  return Object(access) as { write?: unknown; key_file?: unknown };
}

/** The paths that are text; of what is not, the schema tells. */
function listed(named: unknown): [string, Path][] {
  const all: [unknown, Path][] = Array.isArray(named)
    ? named.map((file, index) => [file, ['access', 'key_file', index]])
    : [[named, ['access', 'key_file']]];
  return all.filter((one): one is [string, Path] => typeof one[0] === 'string' && one[0] !== '');
}
