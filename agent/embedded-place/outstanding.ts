import type { Time } from '../time/time.ts';
import type { Owner } from './world.ts';

/** A request passed on from one agent's entity to another's, not answered yet. */
export interface Outstanding {
  readonly requester: Owner;
  readonly responder: Owner;
  readonly from: string;
  readonly to: string;
  readonly requestId: string;
  /** Name of what was asked, for the error if nobody is left to answer. */
  readonly name: string;
}

/** The requests the place waits to see answered, so that it passes on only responses somebody asked for. */
export class OutstandingRequests {
  readonly #time: Time;
  readonly #within: number;
  /** In the order they were made, which is the order they expire in. */
  readonly #requests = new Map<string, Outstanding & { readonly expires: number }>();
  readonly #counts = new Map<Owner, number>();

  /** @param within how long a response is waited for, ms. */
  constructor(time: Time, within: number) {
    this.#time = time;
    this.#within = within;
  }

  countOf(requester: Owner): number {
    this.#expire();
    return this.#counts.get(requester) ?? 0;
  }

  add(request: Outstanding): void {
    const key = keyOf(request.from, request.to, request.requestId);
    this.#delete(key);
    this.#requests.set(key, { ...request, expires: this.#time.now() + this.#within });
    this.#counts.set(request.requester, (this.#counts.get(request.requester) ?? 0) + 1);
  }

  /** Takes out the request that a response answers; `undefined` where nobody waits for it. */
  take(requesterEntity: string, responderEntity: string, requestId: string): Outstanding | undefined {
    this.#expire();
    const key = keyOf(requesterEntity, responderEntity, requestId);
    const request = this.#requests.get(key);
    this.#delete(key);
    return request;
  }

  /** Forgets what an agent asked, and returns what it will never answer. */
  leave(agent: Owner): Outstanding[] {
    const unanswered: Outstanding[] = [];
    for (const [key, request] of this.#requests) {
      if (request.responder === agent && request.requester !== agent) unanswered.push(request);
      if (request.responder === agent || request.requester === agent) this.#delete(key);
    }
    return unanswered;
  }

  #expire(): void {
    const now = this.#time.now();
    for (const [key, request] of this.#requests) {
      if (request.expires > now) return;
      this.#delete(key);
    }
  }

  #delete(key: string): void {
    const request = this.#requests.get(key);
    if (!request) return;
    this.#requests.delete(key);
    const count = (this.#counts.get(request.requester) ?? 1) - 1;
    if (count === 0) this.#counts.delete(request.requester);
    else this.#counts.set(request.requester, count);
  }
}

function keyOf(from: string, to: string, requestId: string): string {
  return JSON.stringify([from, to, requestId]);
}
