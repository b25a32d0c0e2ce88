import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceError } from '../errors.ts';

export interface Vitals {
  /** Mean number of tasks that ran or waited to, over the last minute. */
  readonly load: number;
  /** Per cent of the memory that could not be given to a new program. */
  readonly memoryUsed: number;
  /** Seconds since the kernel started. */
  readonly uptime: number;
}

/** Reads `loadavg`, `meminfo` and `uptime` under `root`; proc(5). Throws a `DeviceError`. */
export async function readVitals(root: string): Promise<Vitals> {
  // One after the other: where several are missing, it is always the same one that is told.
  const loadavg = await readText(join(root, 'loadavg'));
  const meminfo = await readText(join(root, 'meminfo'));
  const uptime = await readText(join(root, 'uptime'));
  const available = number(meminfo, /^MemAvailable: +(\d+) kB$/m);
  const total = number(meminfo, /^MemTotal: +(\d+) kB$/m);
  return {
    load: number(loadavg, /^(\d+\.\d+) /),
    memoryUsed: Math.round((1 - available / total) * 1000) / 10,
    uptime: number(uptime, /^(\d+\.\d+) /),
  };
}

async function readText(path: string): Promise<{ path: string; text: string }> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    const reason = `cannot read ${path}: ${(cause as Error).message}`;
    throw new DeviceError('ALLO_E_SENSOR_READ', reason, { cause });
  }
}

function number({ path, text }: { path: string; text: string }, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new DeviceError('ALLO_E_SENSOR_READ', `${path} is not as expected`);
  return Number(found);
}
