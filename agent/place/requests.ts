import { AlloError } from '../errors.ts';
import type { Cancel, Time } from '../time/time.ts';
import type { Body, Interaction } from '../wire/interaction.ts';
import { PLACE } from '../wire/place-requests.ts';
import type { Sent } from './link.ts';

/** How long an answer is waited for, ms. */
export const REQUEST_TIMEOUT = 5_000;

/** Requests that may wait for their answers at one time. */
export const MOST_REQUESTS = 256;

/** Takes an answer that came when it was not waited for any more. */
export type LateAnswer = (answer: Body) => void;

/** Between whom a request is. */
interface Asked {
  readonly from: string;
  readonly to: string;
}

interface Pending extends Asked {
  readonly cancel: Cancel;
  resolve(answer: Body): void;
  reject(error: AlloError): void;
}

/** The requests of one connection that wait for their answers. */
export class Requests {
  readonly #pending = new Map<string, Pending>();
  /** Given up, but an answer would still matter; the longest given up first. */
  readonly #givenUp = new Map<string, Asked & { readonly late: LateAnswer }>();
  readonly #time: Time;
  readonly #send: (interaction: Interaction) => Sent;
  readonly #refusal: () => string | undefined;
  readonly #token: string;
  #count = 0;
  #ended: AlloError | undefined;

  /**
   * `token`: what request ids begin with, so that others cannot guess them. `refusal`: why `send` refused last.
   */
  constructor(
    time: Time,
    token: string,
    send: (interaction: Interaction) => Sent,
    refusal: () => string | undefined,
  ) {
    this.#time = time;
    this.#token = token;
    this.#send = send;
    this.#refusal = refusal;
  }

  /**
   * Resolves with the body of the answer, even if it says no.
   * Rejects with ALLO_E_REQUEST_TIMEOUT, ALLO_E_REQUEST_LIMIT, ALLO_E_REQUEST_UNSENDABLE,
   * ALLO_E_SEND_CONGESTED, or what `end` was given. `late` is told an answer that comes after the timeout.
   */
  ask(from: string, to: string, body: Body, timeoutMs = REQUEST_TIMEOUT, late?: LateAnswer): Promise<Body> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (this.#pending.size >= MOST_REQUESTS)
      return reject('ALLO_E_REQUEST_LIMIT', `${MOST_REQUESTS} requests wait for their answers`);
    const requestId = `${this.#token}${++this.#count}`;
    const sent = this.#send({ kind: 'request', from, to, requestId, body });
    if (sent === 'refused')
      return reject('ALLO_E_REQUEST_UNSENDABLE', `${nameOf(body)} may not be sent: ${this.#refusal()}`);
    if (sent === 'congested') return reject('ALLO_E_SEND_CONGESTED', `${nameOf(body)} could not be sent`);
    return new Promise((resolve, rejectPending) => {
      const cancel = this.#time.after(timeoutMs, () => {
        this.#pending.delete(requestId);
        if (late) this.#giveUp(requestId, { from, to, late });
        const message = `${nameOf(body)} was not answered within ${timeoutMs / 1000} s`;
        rejectPending(new AlloError('ALLO_E_REQUEST_TIMEOUT', message));
      });
      this.#pending.set(requestId, { from, to, cancel, resolve, reject: rejectPending });
    });
  }

  /**
   * Takes a response. False where nobody waits for it. It must come from who was asked, or from the place, which
   * answers for entities that are not there; and be addressed to who asked, or to nobody.
   */
  answer(interaction: Interaction): boolean {
    const { requestId, body } = interaction;
    const pending = this.#pending.get(requestId);
    const givenUp = this.#givenUp.get(requestId);
    const asked = pending ?? givenUp;
    if (!asked || !isBetween(asked, interaction)) return false;
    this.#pending.delete(requestId);
    this.#givenUp.delete(requestId);
    pending?.cancel();
    pending?.resolve(body);
    givenUp?.late(body);
    return true;
  }

  #giveUp(requestId: string, asked: Asked & { readonly late: LateAnswer }): void {
    this.#givenUp.set(requestId, asked);
    if (this.#givenUp.size <= MOST_REQUESTS) return;
    const [longest] = this.#givenUp.keys();
    this.#givenUp.delete(longest!);
  }

  /** Rejects all that wait, and all that would. */
  end(error: AlloError): void {
    this.#ended = error;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#givenUp.clear();
    for (const { cancel, reject } of pending) {
      cancel();
      reject(error);
    }
  }
}

function isBetween(asked: Asked, { from, to }: Interaction): boolean {
  return (from === asked.to || from === PLACE) && (to === '' || to === asked.from);
}

function reject(code: ConstructorParameters<typeof AlloError>[0], message: string): Promise<never> {
  return Promise.reject(new AlloError(code, message));
}

function nameOf(body: Body): string {
  return Array.isArray(body) && typeof body[0] === 'string' ? `"${body[0].slice(0, 40)}"` : 'the request';
}
