import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where the agent keeps what it can do without: `CacheDirectory=` of systemd, otherwise the user's own. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return directory(environment.CACHE_DIRECTORY, environment.XDG_CACHE_HOME, '.cache');
}

/** Where the agent keeps what is to outlast it: `StateDirectory=` of systemd, otherwise the user's own. */
export function stateDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return directory(environment.STATE_DIRECTORY, environment.XDG_STATE_HOME, '.local/state');
}

/** The XDG Base Directory specification says to ignore paths that are not absolute. */
function directory(systemd = '', xdg = '', usual: string): string {
  // systemd names several folders, parted by colons, where the unit asks for several.
  const [first = ''] = systemd.split(':');
  if (isAbsolute(first)) return first;
  return join(isAbsolute(xdg) ? xdg : join(homedir(), usual), 'allo-agent');
}
