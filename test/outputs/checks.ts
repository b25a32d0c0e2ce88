import type { Line } from './line.ts';

/**
 * `line` was switched on by a write that was decided in the event of this number: of its `partners` none is on, and none
 * went off within the wait. Excused is only what nobody could know in that event: that another program had a line on which
 * the daemon had seen off, and of which it was told later or never. Returns how many are on so.
 */
export function checkGroup(line: Line, partners: readonly Line[], decidedIn: number, now: number): number {
  const wait = Math.max(...[line, ...partners].map(({ policy }) => policy.interlockWait ?? 0));
  for (const { key, on, knownIn, wentOff } of partners) {
    check(!on || knownIn > decidedIn, `${line.key} was switched on while ${key} was on`);
    check(wentOff.knownIn > decidedIn || now - wentOff.at >= wait, `${line.key} did not wait for ${key}`);
  }
  return partners.filter(({ on }) => on).length;
}

/** A line that is off is told to go on no sooner than its rule lets it, so far as the daemon could know. */
export function checkInterval({ key, policy, changedAt }: Line, now: number): void {
  check(now - changedAt >= (policy.minInterval ?? 0), `${key} was switched again too soon`);
}

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
