import { readFileSync } from 'node:fs';

/** Names the boot of the machine whose monotonic clock it is (random(4)); undefined where the system tells none. */
export function readBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}
