import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where the agent keeps what it can do without: the folder systemd made for it (`CacheDirectory=`), otherwise the
 * user's own (XDG Base Directory specification, which says to ignore paths that are not absolute).
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  // systemd names several folders, parted by colons, where the unit asks for several.
  const [systemd = ''] = (environment.CACHE_DIRECTORY ?? '').split(':');
  if (isAbsolute(systemd)) return systemd;
  const xdg = environment.XDG_CACHE_HOME ?? '';
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'allo-agent');
}
