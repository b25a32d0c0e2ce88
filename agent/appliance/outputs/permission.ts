import type { Cause, Output } from './output.ts';

/** Why an output is not switched. `until` is when it may be, ms of the local monotonic clock. */
export type Refusal = (
  | { readonly why: 'busy' }
  | { readonly why: 'going-off'; readonly cause: Cause }
  | { readonly why: 'lost' }
  | { readonly why: 'interlock'; readonly partner: string }
  | { readonly why: 'interlock-lost'; readonly partner: string }
  | { readonly why: 'interlock-wait'; readonly partner: string; readonly until: number }
  | { readonly why: 'min-interval'; readonly until: number }
  | { readonly why: 'stopping' }
) & {
  /** It is on already, so far as is known, and stays so. */
  readonly again?: true;
};

/** Outputs of which no two may be on together. */
export interface Group {
  readonly outputs: readonly Output[];
  /** How long all stay off after one went off, ms. */
  readonly wait: number;
}

/** Why `output` may not go on at the moment `at`; undefined where it may. */
export function refusalOfOn(output: Output, group: Group | undefined, at: number): Refusal | undefined {
  if (output.goingOff) return { why: 'going-off', cause: output.goingOff.why };
  if (output.inFlight > 0) return { why: 'busy' };
  if (output.level === 'lost' && output.seen) return { why: 'lost' };
  // Also where it is on already: somebody else may switch it off meanwhile, and then the write brings it on anew.
  const refusal = refusalOfGroup(output, group, at) ?? refusalOfInterval(output, at);
  return refusal && output.level === 'on' ? { ...refusal, again: true } : refusal;
}

/** Why `output` cannot be switched off; no rule forbids it: whoever sees harm done is able to stop it. */
export function refusalOfOff({ mayTryOff }: Output): Refusal | undefined {
  return mayTryOff ? undefined : { why: 'busy' };
}

function refusalOfGroup(output: Output, group: Group | undefined, at: number): Refusal | undefined {
  const partners = group?.outputs.filter((other) => other !== output) ?? [];
  const on = partners.find(({ level }) => level === 'on');
  if (on) return { why: 'interlock', partner: on.key };
  const lost = partners.find(({ level }) => level === 'lost');
  if (lost) return { why: 'interlock-lost', partner: lost.key };
  const last = partners.reduce<Output | undefined>(
    (newest, other) => (newest && newest.offSince >= other.offSince ? newest : other),
    undefined,
  );
  const until = (last?.offSince ?? -Infinity) + (group?.wait ?? 0);
  return last && until > at ? { why: 'interlock-wait', partner: last.key, until } : undefined;
}

function refusalOfInterval({ policy, mayBeOffSince = -Infinity }: Output, at: number): Refusal | undefined {
  const until = mayBeOffSince + (policy.minInterval ?? 0);
  return until > at ? { why: 'min-interval', until } : undefined;
}
