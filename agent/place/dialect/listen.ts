import type { Cancel, Time } from '../../time/time.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { errorOfClosed } from '../disconnect.ts';
import { decide, type Question } from './decision.ts';
import type { Witness } from './witness.ts';

/** What may be spoken, and who goes on listening. */
export interface Heard {
  readonly dialect: Dialect;
  readonly witness: Witness;
}

/**
 * Listens until the question is answered; sends nothing. Rejects with an AlloError where the place does not speak
 * what is asked for or has closed the connection, and with the reason of `signal` when that aborts.
 */
export function listen(
  witness: Witness,
  question: Question,
  time: Time,
  signal: AbortSignal,
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    let cancel: Cancel = () => {};
    const end = () => {
      cancel();
      witness.learnt = () => {};
      witness.ended = () => {};
      signal.removeEventListener('abort', abort);
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    const abort = () => fail(signal.reason as Error);
    const consider = (silence: number) => {
      witness.silence = silence;
      const decision = decide(question, witness.evidence, silence);
      if ('error' in decision) return fail(decision.error);
      if ('listenFor' in decision) {
        const { listenFor } = decision;
        cancel = time.after(listenFor - silence, () => consider(listenFor));
        return;
      }
      end();
      witness.agentSpeaks();
      resolve({ dialect: decision.dialect, witness });
    };
    if (signal.aborted) return abort();
    if (witness.closed) return fail(errorOfClosed(witness.closed));
    signal.addEventListener('abort', abort);
    witness.learnt = () => {
      cancel();
      consider(0);
    };
    witness.ended = (reason) => fail(errorOfClosed(reason));
    consider(0);
  });
}
