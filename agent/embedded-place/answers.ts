import type { Body } from '../wire/interaction.ts';
import type { AgentFault } from './faults.ts';

/** A request that was not granted: what the requester is told, and what it is counted as. */
export class Refusal {
  readonly fault: AgentFault;
  readonly answer: Body;

  constructor(fault: AgentFault, answer: Body) {
    this.fault = fault;
    this.answer = answer;
  }
}

/** A request with arguments that make no sense. */
export function invalid(name: string): Refusal {
  return new Refusal('ALLO_E_AGENT_REQUEST', ['error', 'invalid_request', name]);
}

/** Something only the owner of an entity may do. */
export function forbidden(name: string): Refusal {
  return new Refusal('ALLO_E_AGENT_FORBIDDEN', ['error', 'forbidden_request', name]);
}

export function noSuchRecipient(name: string, to: string): Refusal {
  return new Refusal('ALLO_E_AGENT_RECIPIENT', ['error', 'invalid_recipient', name, to]);
}

export function notUnderstood(placeName: string, name: string): Refusal {
  return new Refusal('ALLO_E_AGENT_REQUEST', ['error', `${placeName} doesn't understand ${name}`]);
}

/** A request that makes sense but is beyond what the place bears; `why` is for people. */
export function failed(name: string, why: string): Refusal {
  return new Refusal('ALLO_E_AGENT_LIMIT', [name, 'failed', why]);
}
