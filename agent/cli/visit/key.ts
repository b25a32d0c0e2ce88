import { AlloError } from '../../errors.ts';
import type { Key } from '../../keys/key.ts';
import { readKeyFile } from '../../keys/key-file.ts';

/** The key in a file. Throws ALLO_E_KEY_FILE with what is wrong with it, and its mend. */
export function keyIn(file: string): Key {
  const key = readKeyFile(file);
  if ('fault' in key) throw new AlloError('ALLO_E_KEY_FILE', `${file} ${key.fault}. ${key.mend}`);
  return key;
}
