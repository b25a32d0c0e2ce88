import type { OutputPolicy } from '../../devices/thing.ts';

/** One output line of the simulated plant, as it is, whatever the daemon believes; times in ms. */
export interface Line {
  readonly key: string;
  readonly policy: OutputPolicy;
  on: boolean;
  /** When it became as it is. */
  since: number;
  /** Whether another program switched it on, this time. */
  byOthers: boolean;
  /** When the daemon was told that it is on; undefined where it could not know by itself. */
  heardAt: number | undefined;
  /** Since when it counts as on for `max_on`: from the start of a daemon that knows nothing of what was before. */
  countsFrom: number;
  /** When it was last told to go on. */
  triggeredAt: number;
  /** Since when it has to be off: somebody asked for it, another of its group is on, or switching it on failed. */
  mustBeOffAt: number;
  /** When something last kept the daemon from switching it. */
  excusedAt: number;
  /**
   * The event, by number, since which a daemon could know that it is on, this time: it was told so, or that the line
   * cannot be read, or switched it on itself. Infinity: none yet.
   */
  knownIn: number;
  /** Whether the newest that any daemon was told of it is that it cannot be read. */
  toldBroken: boolean;
  /** When it last went off after it was on as a daemon could know, and since which event it could. */
  wentOff: { readonly at: number; readonly knownIn: number };
  /** When it last changed so that the daemon could know, and what it was told then. */
  changedAt: number;
  believedOn: boolean;
  /** It cannot be read, nor written. */
  broken: boolean;
  /** When somebody's command to go off was last accepted by this daemon. */
  offAskedAt: number;
  /** Attempts to switch it off that have not ended. */
  offsUnderWay: number;
  /** Attempts to switch it off of which nothing will ever be heard. */
  hungOffs: number;
}

export const neverOn = { at: -Infinity, knownIn: -Infinity };

export function newLine(key: string, policy: OutputPolicy): Line {
  return {
    key,
    policy,
    on: false,
    since: -Infinity,
    byOthers: false,
    heardAt: undefined,
    countsFrom: 0,
    triggeredAt: -Infinity,
    mustBeOffAt: Infinity,
    excusedAt: -Infinity,
    knownIn: Infinity,
    toldBroken: false,
    wentOff: neverOn,
    changedAt: -Infinity,
    broken: false,
    believedOn: false,
    offAskedAt: -Infinity,
    offsUnderWay: 0,
    hungOffs: 0,
  };
}

/** When a line that is on has to be off at the latest, were everything in order. */
export function limitOf(line: Line): number {
  const { maxOn, pulse } = line.policy;
  const heard = line.byOthers ? (line.heardAt ?? Infinity) : line.since;
  const longest = Math.max(line.countsFrom + (maxOn ?? Infinity), heard);
  const pulseEnd =
    (line.byOthers ? Math.max(line.triggeredAt, heard) : line.triggeredAt) + (pulse ?? Infinity);
  return Math.min(longest, pulseEnd, line.mustBeOffAt);
}
