import type { DriverTime } from '../thing.ts';
import type { PcmRun } from './steady-pcm.ts';

/** Time for the first sound after opening: a sound server may take two seconds to wake. */
const openingMs = 5000;
/** Longest silence of the PCM, once sound has passed. */
const stallMs = 1000;
/** What the daemon gets to read what waits for it, when it was itself late to see a stall. */
const graceMs = 250;

/** What to say of a PCM through which sound never passed, and of one through which it passes no more. */
export interface StallTexts {
  readonly never: string;
  readonly noMore: string;
}

/** Looks every so often whether sound still passes, and fails the run where it does not. Returns the way to stop. */
export function watchForStall(
  run: PcmRun,
  time: DriverTime,
  lastPassed: () => number | undefined,
  texts: StallTexts,
): () => void {
  let cancel: () => void = () => undefined;
  const look = (ms: number) => {
    const due = time.now() + ms;
    cancel = time.after(ms, () => {
      const now = time.now();
      const last = lastPassed();
      const limit = last === undefined ? run.since + openingMs : last + stallMs;
      if (now < limit) look(Math.min(stallMs, limit - now));
      else if (now - due > graceMs) look(graceMs);
      else run.fail({ trouble: 'stalled', text: last === undefined ? texts.never : texts.noMore });
    });
  };
  look(stallMs);
  return () => cancel();
}
