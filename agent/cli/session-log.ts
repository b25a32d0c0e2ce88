import type { AlloError } from '../errors.ts';
import { lacksOf } from '../place/dialect/lacks.ts';
import type { PlaceSession } from '../place/session.ts';
import type { Log } from '../service/log.ts';

/** Tells the log how the session with the place goes. Returns the way to stop. */
export function logSession(session: PlaceSession, place: string, log: Log): () => void {
  let loss: AlloError | undefined;
  return session.observe({
    joined({ placeName, avatarId, dialect }) {
      log.info({ place, placeName, avatarId, dialect: dialect.name }, 'joined');
      const missing = lacksOf(dialect);
      if (missing.length > 0)
        log.info({ place, dialect: dialect.name, missing }, 'places of this kind lack what is listed');
    },
    lost(err) {
      loss = err;
      log.warn({ place, err }, 'the place was lost; joining again');
    },
    status({ state, attempt, error }) {
      // The loss itself was told; what follows it are failures to come back.
      if (state === 'waiting' && error && error !== loss)
        log.warn({ place, attempt, err: error }, 'could not join; trying again');
      else log.debug({ place, state, attempt }, 'session');
    },
    failed: (err) => log.error({ code: 'ALLO_E_HANDLER_FAILED', err }, 'a part of the agent failed'),
  });
}
