import { join } from 'node:path';
import { DiskHistory } from '../appliance/history/disk-history.ts';
import { systemWallClock } from '../appliance/history/wall-clock.ts';
import type { Config } from '../config/schema.ts';
import type { PlaceSession } from '../place/session.ts';
import { stateDirectory } from '../service/directories.ts';
import type { Log } from '../service/log.ts';
import type { Time } from '../time/time.ts';

/** Readings kept in the agent's folder of this machine. */
export function diskHistory(
  { history, place: { url } }: Config,
  session: PlaceSession,
  time: Time,
  log: Log,
): DiskHistory {
  return new DiskHistory({
    directory: join(stateDirectory(), 'history'),
    size: history.size,
    keepMs: history.keep,
    time,
    wall: systemWallClock(),
    placeOffset() {
      const now = time.now();
      const placeTime = session.toPlaceTime(now);
      return placeTime === undefined ? undefined : { url, offset: Math.round(placeTime * 1e3 - now) };
    },
    log,
  });
}
