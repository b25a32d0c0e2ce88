import type { Dialect } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';
import type { AgentFault } from './faults.ts';

/** A request that was not granted: what it is counted as, and what the requester is told, if anything. */
export class Refusal {
  readonly fault: AgentFault;
  readonly answer: Body | undefined;

  constructor(fault: AgentFault, answer?: Body) {
    this.fault = fault;
    this.answer = answer;
  }
}

/** A request that makes sense but is beyond what the place bears; `why` is for people. */
export function failed(name: string, why: string): Refusal {
  return new Refusal('ALLO_E_AGENT_LIMIT', [name, 'failed', why]);
}

/** How a place of one dialect says no. */
export class Refusals {
  readonly #dialect: Dialect;
  readonly #placeName: string;

  constructor(dialect: Dialect, placeName: string) {
    this.#dialect = dialect;
    this.#placeName = placeName;
  }

  /** A request with arguments that make no sense. */
  invalid(name: string): Refusal {
    return this.#refusal('ALLO_E_AGENT_REQUEST', name, ['error', 'invalid_request', name]);
  }

  /** Something only the owner of an entity may do. */
  forbidden(name: string): Refusal {
    return this.#refusal('ALLO_E_AGENT_FORBIDDEN', name, ['error', 'forbidden_request', name]);
  }

  /** Something before the announcement. */
  unannounced(name: string): Refusal {
    return this.#refusal('ALLO_E_AGENT_ANNOUNCE', name, ['error', 'forbidden_request', name]);
  }

  noSuchRecipient(name: string, to: string): Refusal {
    return this.#refusal('ALLO_E_AGENT_RECIPIENT', name, ['error', 'invalid_recipient', name, to]);
  }

  notUnderstood(name: string): Refusal {
    const why = `${this.#placeName} doesn't understand ${name}`;
    return this.#refusal('ALLO_E_AGENT_REQUEST', name, ['error', why]);
  }

  /** A change to an entity that is not there, or that may not be changed by who asks. */
  unchangeable(name: string, why: 'missing' | 'foreign'): Refusal {
    const { change } = this.#dialect.manners.missingEntity;
    if (change === 'invalid') return this.invalid(name);
    if (why === 'foreign') return this.forbidden(name);
    return new Refusal(
      'ALLO_E_AGENT_REQUEST',
      change === 'explained' ? [name, 'error', 'no such entity'] : undefined,
    );
  }

  #refusal(fault: AgentFault, name: string, error: Body): Refusal {
    switch (this.#dialect.refusals) {
      case 'error':
        return new Refusal(fault, error);
      case 'named':
        return new Refusal(fault, [name, 'error', 'invalid request']);
      case 'silence':
        return new Refusal(fault);
    }
  }
}
