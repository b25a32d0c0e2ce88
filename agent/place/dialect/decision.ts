import { AlloError } from '../../errors.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { type Evidence, fits, knownDialects, namesOf, rivalsOf, silenceRulingOut } from './evidence.ts';

/** What is asked of a connection: is it this dialect, or which of those not ruled out is it? */
export type Question =
  | {
      readonly forced: Dialect;
      /** Whether the place was found to speak otherwise before: then nothing is said until that is ruled out. */
      readonly wary?: boolean;
    }
  | {
      readonly ruledOut: ReadonlySet<Dialect>;
      /** What was spoken here the last time: a hint, for places are upgraded. */
      readonly remembered: Dialect | undefined;
    };

/** `listenFor`: how long the silence has to last in all, ms, before there is more to say. */
export type Decision =
  | { readonly dialect: Dialect }
  | { readonly error: AlloError }
  | { readonly listenFor: number };

/**
 * Which dialect may be spoken after `silence` ms in which nothing but the evidence was heard. Nothing that could
 * harm: a packet without a newline is meant only for a place that was heard to send such, and a dialect that one
 * could take for another with other channels only for a place that was heard not to be that one.
 */
export function decide(question: Question, evidence: Evidence, silence: number): Decision {
  return 'forced' in question ? confirm(question, evidence, silence) : choose(question, evidence, silence);
}

/** The error of a place that does not speak the dialect it is said to. */
export function contradiction(dialect: Dialect, evidence: Evidence, what: string): AlloError {
  const likely = byLikelihood(knownDialects.filter((other) => other !== dialect && fits(other, evidence)));
  const guess = likely.length > 0 ? `; it seems to speak ${namesOf(likely)}` : '';
  return new AlloError('ALLO_E_PLACE_DIALECT', `the place does not speak ${dialect.name}: ${what}${guess}`);
}

/** What about the evidence does not fit the dialect. */
export function whatContradicts(dialect: Dialect, evidence: Evidence): string {
  if (dialect.channels.count !== evidence.channels)
    return `it grants ${evidence.channels} channels, not ${dialect.channels.count}`;
  return `its states end ${evidence.stateEnd === '\n' ? 'with a newline' : 'without a newline'}`;
}

function confirm(
  { forced: dialect, wary = false }: Extract<Question, { forced: Dialect }>,
  evidence: Evidence,
  silence: number,
): Decision {
  const refuse = (what: string) => ({ error: contradiction(dialect, evidence, what) });
  if (!fits(dialect, evidence)) return refuse(whatContradicts(dialect, evidence));
  if (evidence.stateEnd !== undefined)
    return dialect.stateBeforeAnnounce ? { dialect } : refuse('it sends state before the announcement');
  if (mayBeSpokenUnheard(dialect)) {
    const listenFor = wary ? patience(evidence) : silenceBefore(dialect);
    return silence < listenFor ? { listenFor } : { dialect };
  }
  const listenFor = patience(evidence);
  if (silence < listenFor) return { listenFor };
  const silent = knownDialects.filter((other) => fits(other, evidence) && !other.stateBeforeAnnounce);
  const guess = silent.length > 0 ? `, as one that speaks ${namesOf(silent)}` : '';
  const heard = `it sent no state for ${listenFor / 1_000} s${guess}`;
  return {
    error: new AlloError('ALLO_E_PLACE_DIALECT', `the place may not speak ${dialect.name}: ${heard}`),
  };
}

function choose(
  { ruledOut, remembered }: Exclude<Question, { forced: Dialect }>,
  evidence: Evidence,
  silence: number,
): Decision {
  const possible = knownDialects.filter((dialect) => fits(dialect, evidence) && !ruledOut.has(dialect));
  if (evidence.stateEnd !== undefined) {
    const [dialect] = byLikelihood(possible);
    return dialect ? { dialect } : { error: nothingLeft(evidence) };
  }
  const speakable = possible.filter(mayBeSpokenUnheard).sort((a, b) => speaksFirst(a) - speaksFirst(b));
  const [likeliest] = speakable;
  if (likeliest && rivalsOf(likeliest).length === 0) return { dialect: likeliest };
  const hint = speakable.find((dialect) => dialect === remembered && !dialect.stateBeforeAnnounce);
  const listenFor = hint ? silenceBefore(hint) : patience(evidence);
  if (possible.length > 0 && silence < listenFor) return { listenFor };
  const dialect = hint ?? likeliest;
  return dialect ? { dialect } : { error: nothingLeft(evidence) };
}

/** After a state was heard: those that send it before the announcement are the likelier ones. */
function byLikelihood(found: readonly Dialect[]): Dialect[] {
  return [...found].sort((a, b) => speaksFirst(b) - speaksFirst(a));
}

function speaksFirst({ stateBeforeAnnounce }: Dialect): number {
  return stateBeforeAnnounce ? 1 : 0;
}

/** A newline harms nobody; its absence kills some. */
function mayBeSpokenUnheard(dialect: Dialect): boolean {
  return dialect.packetEnd === '\n' || rivalsOf(dialect).every(({ packetEnd }) => packetEnd === '');
}

/**
 * How long a place must be silent before it may be spoken to in this dialect, ms. Those that end their packets
 * otherwise show it with their first state, which nothing harmful precedes; the others must have been ruled out.
 */
function silenceBefore(dialect: Dialect): number {
  if (dialect.stateBeforeAnnounce) return 0;
  return silenceRulingOut(rivalsOf(dialect).filter(({ packetEnd }) => packetEnd === dialect.packetEnd));
}

/** How long a first state is waited for, ms. */
function patience({ channels }: Evidence): number {
  return silenceRulingOut(knownDialects.filter((dialect) => dialect.channels.count === channels));
}

function nothingLeft(evidence: Evidence): AlloError {
  const { channels } = evidence;
  return knownDialects.some((dialect) => dialect.channels.count === channels)
    ? new AlloError('ALLO_E_PLACE_VERSION', 'the place speaks none of the dialects that this agent does')
    : new AlloError('ALLO_E_PLACE_CHANNELS', `it grants ${channels} channels, as no known dialect has`);
}
