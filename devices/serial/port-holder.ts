import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/**
 * The process that has `path` open, the oldest of several, as `ModemManager (pid 812)`; undefined where none is found, or where this
 * user may not see it. Looks through /proc (proc(5)), as fuser does.
 */
export function holderOf(path: string): string | undefined {
  const device = attempt(() => realpathSync(path));
  if (!device) return undefined;
  const pids = (attempt(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  const holds = (pid: number) => {
    const descriptors = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    return descriptors.some((fd) => attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === device);
  };
  const [oldest] = pids.filter(holds).sort((a, b) => startOf(a) - startOf(b) || a - b);
  if (oldest === undefined) return undefined;
  const name = attempt(() => readFileSync(`/proc/${oldest}/comm`, 'utf8').trim()) ?? 'a process';
  return `${name} (pid ${oldest})`;
}

/** When a process started, in ticks of the boot: numbers are given anew once they have all been. */
function startOf(pid: number): number {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
  // The name, in brackets, may hold anything; `starttime` is the 20th field after it.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks ? Number(ticks) : Number.POSITIVE_INFINITY;
}

/** Processes come and go, and most of them are not ours to look at. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
