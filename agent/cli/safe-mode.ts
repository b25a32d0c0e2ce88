import { hostname } from 'node:os';
import type { Remembered } from '../appliance/outputs/memory.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../service/log.ts';
import {
  badStartWindow,
  mostBadSafeStarts,
  mostBadStarts,
  type StartRecord,
} from '../service/systemd/start-record.ts';

/** Why a start is a careful one, and how careful. */
export interface SafeMode {
  readonly reason: string;
  /** Whether outputs that are on are held to their rules: not where that may be what goes badly. */
  readonly holdsOutputs: boolean;
}

/** Enters this start. Tells whether it is to be a careful one. */
export function safeModeOf(starts: StartRecord, nowMs: number, log: Log): SafeMode | undefined {
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
    'safe mode: devices and microphone stay off until a restart, but for outputs that are on',
  );
  return { reason, holdsOutputs: bad < mostBadSafeStarts };
}

/**
 * The same appliance with devices and sound left out: it joins the place, where people see by its name what is the
 * matter. A restart by hand gives it all back. `held`: ids of things that are kept.
 */
export function withoutDevices(config: Config, held: ReadonlySet<string>): Config {
  const { microphone: _microphone, speaker: _speaker, ...rest } = config;
  const things = config.things.filter(({ id }) => held.has(id));
  const name = config.display_name ?? hostname();
  return { ...rest, things, display_name: `${name} (safe mode)` };
}

/** The things with an output that is on, for all that is known: left alone, it would be past its rules. */
export function thingsThatAreOn({ outputs }: Remembered): ReadonlySet<string> {
  const on = [...outputs].filter(
    ([, { onSince, pulseFrom, lostSince }]) => (onSince ?? pulseFrom ?? lostSince) !== undefined,
  );
  return new Set(on.map(([key]) => key.slice(0, key.lastIndexOf('.'))));
}
