import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/**
 * The process that has `path` open, the oldest of several, as `ModemManager (pid 812)`; undefined where none is found, or where this
 * user may not see it. Looks through /proc (proc(5)), as fuser does.
 */
export function holderOf(path: string): string | undefined {
  const device = attempt(() => realpathSync(path));
  if (!device) return undefined;
  const pids = (attempt(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids.sort((a, b) => a - b)) {
    const descriptors = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    if (!descriptors.some((fd) => attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === device)) continue;
    const name = attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? 'a process';
    return `${name} (pid ${pid})`;
  }
  return undefined;
}

/** Processes come and go, and most of them are not ours to look at. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
