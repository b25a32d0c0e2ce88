import { hostname } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { Log } from '../service/log.ts';
import { badStartWindow, mostBadStarts, type StartRecord } from '../service/systemd/start-record.ts';

/** Enters this start. Tells why it is to be a careful one, where it is. */
export function safeModeReason(starts: StartRecord, nowMs: number, log: Log): string | undefined {
  let bad: number;
  try {
    bad = starts.begin(nowMs);
  } catch (err) {
    log.warn({ err }, 'starts are not counted');
    return undefined;
  }
  if (bad < mostBadStarts) return undefined;
  const reason = `${mostBadStarts} starts went badly within ${badStartWindow / 60_000} minutes`;
  log.error(
    { code: 'ALLO_E_SAFE_MODE', reason },
    'safe mode: devices and microphone stay off until a restart',
  );
  return reason;
}

/**
 * The same appliance with devices and sound left out: it joins the place, where people see by its name what is the
 * matter. A restart by hand gives it all back.
 */
export function withoutDevices(config: Config): Config {
  const { microphone: _microphone, speaker: _speaker, ...rest } = config;
  const name = config.display_name ?? hostname();
  return { ...rest, things: [], display_name: `${name} (safe mode)` };
}
