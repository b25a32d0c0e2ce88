import { open } from 'node:fs/promises';
import { ConfigError, type Problem } from './problem.ts';

const largest = 1024 * 1024;

/** The text of a configuration file: UTF-8, at most 1 MiB. Rejects with a `ConfigError`. */
export async function readConfigSource(file: string): Promise<string> {
  const bytes = await readBytes(file);
  if (bytes.length > largest)
    throw unreadable(file, 'is larger than 1 MiB', 'Give the path of an allo-agent configuration.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(file, 'is not UTF-8 text', 'Save it as UTF-8, as every editor can.');
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).isDirectory())
        throw unreadable(file, 'is a directory', 'Give the path of the file in it.');
      // One byte more than is allowed tells a large file, or one without end, from the largest allowed.
      const buffer = Buffer.alloc(largest + 1);
      let length = 0;
      for (let bytesRead = -1; bytesRead !== 0 && length < buffer.length; length += bytesRead)
        ({ bytesRead } = await handle.read(buffer, length, buffer.length - length));
      return buffer.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw unreadable(file, 'does not exist', 'Write one there, or name another with --config FILE.');
    if (code === 'EACCES' || code === 'EPERM')
      throw unreadable(
        file,
        'may not be read by this user',
        `Let the user of the daemon read it: chmod a+r ${file}`,
      );
    throw unreadable(
      file,
      `cannot be read: ${message}`,
      'Mend the file or its disk, or name another with --config FILE.',
    );
  }
}

function unreadable(file: string, what: string, mend: string): ConfigError {
  const problem: Problem = { code: 'ALLO_E_CONFIG_FILE', file, path: '', problem: `the file ${what}`, mend };
  return new ConfigError([problem]);
}
