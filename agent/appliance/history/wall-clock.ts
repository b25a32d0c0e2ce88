import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readBootId } from '../../time/boot-id.ts';

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
