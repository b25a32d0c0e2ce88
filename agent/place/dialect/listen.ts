import type { AlloError } from '../../errors.ts';
import type { Cancel, Time } from '../../time/time.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { errorOfClosed } from '../disconnect.ts';
import { contradiction, decide, type Question, whatContradicts } from './decision.ts';
import type { EarlyConnection } from './early-connection.ts';
import { type Evidence, fits, knownDialects, stateEndOf } from './evidence.ts';

/** What listening came to. */
export interface Heard {
  readonly dialect: Dialect;
  readonly evidence: Evidence;
}

/**
 * Listens until the question is answered; sends nothing. Rejects with an AlloError where the place does not speak
 * what is asked for or has closed the connection, and with the reason of `signal` when that aborts.
 */
export function listen(
  connection: EarlyConnection,
  question: Question,
  time: Time,
  signal: AbortSignal,
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    let evidence: Evidence = { channels: connection.channelCount };
    let cancel: Cancel = () => {};
    const end = () => {
      cancel();
      connection.watcher = {};
      signal.removeEventListener('abort', abort);
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    const abort = () => fail(signal.reason as Error);
    const consider = (silence: number) => {
      const decision = decide(question, evidence, silence);
      if ('error' in decision) return fail(decision.error);
      if ('listenFor' in decision) {
        const { listenFor } = decision;
        cancel = time.after(listenFor - silence, () => consider(listenFor));
        return;
      }
      end();
      resolve({ dialect: decision.dialect, evidence });
    };
    if (signal.aborted) return abort();
    if (connection.closed) return fail(errorOfClosed(connection.closed));
    signal.addEventListener('abort', abort);
    connection.watcher = {
      packet(channel, data) {
        const stateEnd = isStateChannel(channel, evidence) ? stateEndOf(data) : undefined;
        if (stateEnd === undefined) return;
        cancel();
        evidence = { ...evidence, stateEnd };
        consider(0);
      },
      closed: (reason) => fail(errorOfClosed(reason)),
    };
    consider(0);
  });
}

/**
 * A dialect that was spoken before any state was heard is checked by the first one: `contradicted` is called where
 * that does not fit.
 */
export function checkFirstState(
  connection: EarlyConnection,
  { dialect, evidence }: Heard,
  contradicted: (error: AlloError) => void,
): void {
  if (evidence.stateEnd !== undefined) return;
  connection.watcher = {
    packet(channel, data) {
      const stateEnd = channel === dialect.channels.state ? stateEndOf(data) : undefined;
      if (stateEnd === undefined) return;
      connection.watcher = {};
      const seen = { ...evidence, stateEnd };
      if (!fits(dialect, seen)) contradicted(contradiction(dialect, seen, whatContradicts(dialect, seen)));
    },
  };
}

function isStateChannel(channel: number, { channels: count }: Evidence): boolean {
  return knownDialects.some(({ channels }) => channels.count === count && channels.state === channel);
}
