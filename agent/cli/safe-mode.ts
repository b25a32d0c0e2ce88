import { hostname } from 'node:os';
import type { Config } from '../config/schema.ts';
import { badStartWindow, mostBadStarts, type StartRecord } from '../service/systemd/start-record.ts';

/** Why this start is a careful one, where it is. */
export function safeModeReason(starts: StartRecord, nowMs: number): string | undefined {
  if (starts.begin(nowMs) < mostBadStarts) return undefined;
  return `${mostBadStarts} starts went badly within ${badStartWindow / 60_000} minutes`;
}

/**
 * The same appliance with devices and sound left out: it joins the place, where people see by its name what is the
 * matter. A restart by hand gives it all back.
 */
export function withoutDevices(config: Config): Config {
  const { microphone: _microphone, ...rest } = config;
  const name = config.display_name ?? hostname();
  return { ...rest, things: [], display_name: `${name} (safe mode)` };
}
