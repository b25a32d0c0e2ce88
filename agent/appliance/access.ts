import { AlloError } from '../errors.ts';
import { SenderLimit } from './sender-limit.ts';

/** Who may command the appliance: `access` in the configuration. */
export interface AccessPolicy {
  readonly write: 'anyone' | 'nobody';
}

/** Decides whether a sender may command, and how often. The policy may be changed while it runs. */
export class Access {
  policy: AccessPolicy;
  readonly #limit = new SenderLimit(20);

  constructor(policy: AccessPolicy) {
    this.policy = policy;
  }

  /** Returns, or throws ALLO_E_WRITE_FORBIDDEN or ALLO_E_WRITE_RATE. `now` in ms. */
  check(sender: string, now: number): void {
    if (this.policy.write === 'nobody') {
      throw new AlloError('ALLO_E_WRITE_FORBIDDEN', 'this appliance can be watched, not switched');
    }
    if (!this.#limit.take(sender, now)) {
      throw new AlloError(
        'ALLO_E_WRITE_RATE',
        'too many commands: at most 20 a second are taken from one sender',
      );
    }
  }
}
