import type { AlloError } from '../../errors.ts';
import { contradiction, whatContradicts } from './decision.ts';
import { fits, mayHarm } from './evidence.ts';
import type { Heard } from './listen.ts';

export interface CheckEvents {
  /** Nothing that is said in the dialect could harm the place any more. Called once. */
  confirmed(): void;
  /** The place speaks something else. Called once, and the last of all. */
  contradicted(error: AlloError): void;
}

/** Holds the dialect that is spoken against what was heard, and all that is heard from now on. */
export function check({ dialect, witness }: Heard, events: CheckEvents): void {
  let confirmed = false;
  const consider = () => {
    const { evidence } = witness;
    if (!fits(dialect, evidence)) {
      witness.learnt = () => {};
      events.contradicted(contradiction(dialect, evidence, whatContradicts(dialect, evidence)));
    } else if (!confirmed && !mayHarm(dialect, evidence)) {
      confirmed = true;
      events.confirmed();
    }
  };
  witness.learnt = consider;
  consider();
}
