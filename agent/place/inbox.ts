import type { Body, Interaction } from '../wire/interaction.ts';
import type { SessionCounters } from './counters.ts';
import type { ObserverFailed } from './observers.ts';

/** Answers a request; undefined leaves it to the next handler. What it throws is the reason of a refusal. */
export type RequestHandler = (request: Interaction) => Body | Promise<Body> | undefined;

/** Hears a one-way interaction or a publication. */
export type MessageHandler = (message: Interaction) => void;

/** Requests that may be worked on at one time: what is more is refused at once. */
export const MOST_INCOMING = 256;

/** What others say to us, and who here answers it. */
export class Inbox {
  readonly #requests = new Set<RequestHandler>();
  readonly #messages = { 'one-way': new Set<MessageHandler>(), publication: new Set<MessageHandler>() };
  readonly #counters: SessionCounters;
  readonly #failed: ObserverFailed;
  #working = 0;

  constructor(counters: SessionCounters, failed: ObserverFailed) {
    this.#counters = counters;
    this.#failed = failed;
  }

  /** Each of these returns the way to stop hearing. */
  onRequest(handler: RequestHandler): () => void {
    return subscribe(this.#requests, handler);
  }

  onMessage(kind: 'one-way' | 'publication', handler: MessageHandler): () => void {
    return subscribe(this.#messages[kind], handler);
  }

  hear(message: Interaction, kind: 'one-way' | 'publication'): void {
    if (this.#messages[kind].size === 0) this.#counters.count('ALLO_E_INTERACTION_UNHEARD');
    for (const handler of [...this.#messages[kind]]) {
      try {
        handler(message);
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** Always comes to an answer: what cannot be done is `[name, "failed", reason]`. */
  async answer(request: Interaction): Promise<Body> {
    const [name] = request.body;
    if (this.#working >= MOST_INCOMING) return [name, 'failed', 'too many requests at once; ask again later'];
    this.#working++;
    try {
      for (const handler of [...this.#requests]) {
        const answer = handler(request);
        if (answer !== undefined) return await answer;
      }
    } catch (error) {
      this.#failed(error);
      return [name, 'failed', reasonOf(error)];
    } finally {
      this.#working--;
    }
    this.#counters.count('ALLO_E_INTERACTION_UNHEARD');
    return [name, 'failed', 'nobody here understands this'];
  }
}

function subscribe<T>(handlers: Set<T>, handler: T): () => void {
  handlers.add(handler);
  return () => void handlers.delete(handler);
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'it did not work';
}
