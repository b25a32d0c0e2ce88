import { takeProof } from '../../keys/proof.ts';
import type { Json } from '../../wire/json.ts';
import { SenderLimit } from '../sender-limit.ts';
import { commands, requestHandlers } from './index.ts';
import { unheard } from './poke.ts';
import type { Call, RequestContext, ServedProperty } from './request.ts';

/** A request interaction on its way to the appliance. */
export interface IncomingRequest {
  readonly from: string;
  /** Key of our entity it was sent to: `avatar` or `thing.property`; undefined where that is no longer known. */
  readonly to: string | undefined;
  readonly body: readonly Json[];
}

/** The body of an answer: `[name, "ok", ...]` or `[name, "failed", reason]`. */
export type Answer = readonly [name: string, outcome: 'ok' | 'failed', ...rest: Json[]];

/** Most requests of any kind that are looked at a second, of one sender; some cost far more to answer than to ask. */
const requestsPerSecond = 100;

/** Answers every request there is, the unknown and the malformed too. Never rejects. */
export class RequestDesk {
  readonly #context: RequestContext;
  readonly #limit = new SenderLimit(requestsPerSecond);

  constructor(context: RequestContext) {
    this.#context = context;
  }

  async answer({ from, to, body }: IncomingRequest): Promise<Answer> {
    const [first, ...rest] = body;
    const name = typeof first === 'string' ? first : 'request';
    const addressed: ServedProperty | undefined =
      to === undefined ? undefined : this.#context.properties.get(to);
    if (!this.#limit.take(from, this.#context.now())) {
      const reason = `too many requests: at most ${requestsPerSecond} a second are answered for one sender`;
      if (name === 'poke') unheard({ from, addressed, args: rest }, reason, this.#context);
      return [name, 'failed', reason];
    }
    const handler = requestHandlers.get(name);
    if (!handler) return [name, 'failed', `this appliance does not understand "${name.slice(0, 60)}"`];
    const call: Call = { from, addressed, ...takeProof(rest) };
    try {
      return [name, 'ok', ...(await handler(call, this.#context))];
    } catch (error) {
      if (commands.has(name)) this.#context.refused(call, whatWas(name, call), error);
      return [name, 'failed', error instanceof Error ? error.message : String(error)];
    }
  }
}

function whatWas(name: string, { addressed, args }: Call): Json[] {
  return [name, ...(addressed ? [addressed.property.key] : []), ...args];
}
