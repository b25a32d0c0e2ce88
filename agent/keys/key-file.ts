import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { type Key, parseSecret } from './key.ts';

/** Why a file gives no key. */
export interface KeyFault {
  /** What is wrong, to follow the name of the file: `may be read by others`. */
  readonly fault: string;
  /** A sentence. */
  readonly mend: string;
}

/** What a key file may be at most, bytes. */
const largest = 4096;

/** Anything for others, and more than reading for the group: the daemon's own, as a rule. */
const tooOpen = 0o037;

const names = /^[A-Za-z\d][\w.@-]{0,62}$/;

/** How a key is made. */
export const newKey = 'openssl rand -base64 32';

/**
 * The key in a file, called as the file is, without `.key`. Opens no more than a regular file, which others may not
 * open and its group may not change: a key that everybody reads is none.
 */
export function readKeyFile(file: string, name = basename(file).replace(/\.key$/, '')): Key | KeyFault {
  if (!names.test(name))
    return {
      fault: 'has a name that cannot be logged',
      mend: 'Name it with letters, digits, dots, hyphens and underscores, at most 63.',
    };
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK, opening a FIFO would wait for its other end.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { fault: 'is no file', mend: 'Name the file itself that holds the key.' };
    if (stats.mode & tooOpen)
      return {
        fault: 'may be read by everybody, or changed by its group',
        mend: `Take it away from them: chmod g-wx,o-rwx ${file}. Whoever may have read it has the key: make another.`,
      };
    const buffer = Buffer.alloc(largest);
    const length = readSync(descriptor, buffer, 0, largest, 0);
    const secret = parseSecret(buffer.toString('latin1', 0, length));
    buffer.fill(0);
    if (typeof secret === 'string')
      return { fault: secret, mend: `Make a key of 256 bits: ${newKey} > ${file}` };
    return { name, secret };
  } catch (error) {
    return unreadable(file, error as NodeJS.ErrnoException);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unreadable(file: string, { code, message }: NodeJS.ErrnoException): KeyFault {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return { fault: 'does not exist', mend: `Make it: umask 077; ${newKey} > ${file}` };
  if (code === 'EACCES' || code === 'EPERM')
    return {
      fault: 'may not be read by this user',
      mend: 'Make it the file of this user, with mode 600; or let systemd hand it over, as docs/access.md shows.',
    };
  return { fault: `cannot be read: ${message}`, mend: 'Mend the file or its disk, or name another.' };
}
