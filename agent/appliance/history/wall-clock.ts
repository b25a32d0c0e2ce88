import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** What is known of time beyond the monotonic clock of this boot. */
export interface WallClock {
  /** Names the boot whose monotonic clock it is. */
  readonly bootId: string;
  /** UTC as the machine believes it is, ms since 1970. */
  now(): number;
  /** Whether that came from a time server: boards without a battery wake up in the past. */
  synchronised(): boolean;
}

/** systemd-timesyncd(8) touches it whenever it has set the clock. */
const synchronisedMark = '/run/systemd/timesync/synchronized';

/** The machine's own. */
export function systemWallClock(): WallClock {
  return {
    bootId: readBootId() ?? randomUUID(),
    now: () => Date.now(),
    synchronised: () => existsSync(synchronisedMark),
  };
}

/** random(4): made anew at every boot. */
function readBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}
