import type { Microphone } from '../../devices/microphone/microphone.ts';
import type { PlaceSession } from '../place/session.ts';
import type { Vital } from '../service/systemd/watchdog.ts';

/** An attempt to join gives up much sooner; later than this it hangs, ms. */
const longestAttempt = 60_000;
/** A timer that is so much overdue was lost, ms. */
const longestDelay = 10_000;
/** The transport ends a connection in which nothing is heard for 15 seconds, ms. */
const longestSilence = 60_000;
/** A source that gives no sound notices within five seconds, and says so as a fault, ms. */
const longestGap = 15_000;

/** The session goes on: it joins, waits for the next attempt, or hears the place. */
export function sessionVital(session: Pick<PlaceSession, 'status' | 'heardAt'>): Vital {
  let joiningSince: number | undefined;
  return {
    name: 'session',
    stuck(nowMs) {
      const { state, retryAt } = session.status;
      joiningSince = state === 'joining' ? (joiningSince ?? nowMs) : undefined;
      if (joiningSince !== undefined && nowMs - joiningSince > longestAttempt)
        return `has been joining for ${seconds(nowMs - joiningSince)}`;
      if (state === 'waiting' && retryAt !== undefined && nowMs - retryAt > longestDelay)
        return `should have tried again ${seconds(nowMs - retryAt)} ago`;
      const { heardAt } = session;
      if (state === 'joined' && heardAt !== undefined && nowMs - heardAt > longestSilence)
        return `has not heard the place for ${seconds(nowMs - heardAt)}, and did not notice`;
      return undefined;
    },
  };
}

/** Capturing goes on, or is known not to and tried again. */
export function captureVital(microphone: Pick<Microphone, 'expectingSince'>): Vital {
  return {
    name: 'capture',
    stuck(nowMs) {
      const since = microphone.expectingSince;
      if (since === undefined || nowMs - since <= longestGap) return undefined;
      return `has given no sound for ${seconds(nowMs - since)}, and did not notice`;
    },
  };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1e3)} s`;
}
