import type { PlaceSession } from '../place/session.ts';

/** When a reading was taken, seconds of the place's clock; empty in places that tell no time: none is invented. */
export interface Stamp {
  readonly time?: number;
}

/** The stamp of a local moment (monotonic ms); undefined while no place is joined, or its time is not known yet. */
export function stampOf(
  session: Pick<PlaceSession, 'dialect' | 'toPlaceTime'>,
  ms: number,
): Stamp | undefined {
  if (session.dialect && session.dialect.channels.clock === undefined) return {};
  const time = session.toPlaceTime(ms);
  return time === undefined ? undefined : { time };
}
