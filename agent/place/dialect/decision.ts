import { AlloError } from '../../errors.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { type Evidence, fits, knownDialects, namesOf, rivalsOf, silenceRulingOut } from './evidence.ts';

/** What is asked of a connection: is it this dialect, or which of those not ruled out is it? */
export type Question = {
  /** How many times longer than usual a first state is waited for; 1 unless told otherwise. */
  readonly patience?: number;
} & (
  | {
      readonly forced: Dialect;
      /** Whether the place was found to speak otherwise before: then nothing is said until that is ruled out. */
      readonly wary?: boolean;
    }
  | {
      readonly ruledOut: ReadonlySet<Dialect>;
      /** What was spoken here the last time: a hint, for places are upgraded. */
      readonly remembered: Dialect | undefined;
      /** What connections showed that came to nothing of late: it tells what is likely, and allows nothing. */
      readonly earlier?: Evidence;
    }
);

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
  const others = knownDialects.filter((other) => other !== dialect && fits(other, evidence));
  const guess = others.length > 0 ? `; it seems to speak ${namesOf(byLikelihood(others, true))}` : '';
  return new AlloError('ALLO_E_PLACE_DIALECT', `the place does not speak ${dialect.name}: ${what}${guess}`);
}

/** What about the evidence does not fit the dialect. */
export function whatContradicts(dialect: Dialect, { channels, stateEnd, serverField }: Evidence): string {
  if (dialect.channels.count !== channels)
    return `it grants ${channels} channels, not ${dialect.channels.count}`;
  if (stateEnd !== undefined && stateEnd !== dialect.packetEnd)
    return `its states end ${stateEnd === '\n' ? 'with a newline' : 'without a newline'}`;
  return `it tells its time as ${serverField}`;
}

/** How long a first state is waited for, ms. */
export function listeningTime(channels: number, patience = 1): number {
  return patience * silenceRulingOut(knownDialects.filter((dialect) => dialect.channels.count === channels));
}

function confirm(
  { forced: dialect, wary = false, patience }: Extract<Question, { forced: Dialect }>,
  evidence: Evidence,
  silence: number,
): Decision {
  const refuse = (what: string) => ({ error: contradiction(dialect, evidence, what) });
  if (!fits(dialect, evidence)) return refuse(whatContradicts(dialect, evidence));
  if (evidence.spokeFirst && !dialect.stateBeforeAnnounce)
    return refuse('it sends state before the announcement');
  if (evidence.stateEnd !== undefined) return { dialect };
  const longest = listeningTime(evidence.channels, patience);
  if (mayBeSpokenUnheard(dialect)) {
    const listenFor = wary ? longest : silenceBefore(dialect);
    return silence < listenFor ? { listenFor } : { dialect };
  }
  if (silence < longest) return { listenFor: longest };
  const silent = knownDialects.filter((other) => fits(other, evidence) && !other.stateBeforeAnnounce);
  return { error: unheard([dialect], longest, silent) };
}

function choose(
  { ruledOut, remembered, earlier, patience }: Exclude<Question, { forced: Dialect }>,
  evidence: Evidence,
  silence: number,
): Decision {
  const possible = knownDialects.filter((dialect) => fits(dialect, evidence) && !ruledOut.has(dialect));
  const known = earlier?.channels === evidence.channels ? { ...earlier, ...evidence } : evidence;
  const asBefore = possible.filter((dialect) => fits(dialect, known));
  const likely = asBefore.length > 0 ? asBefore : possible;
  if (evidence.stateEnd !== undefined) {
    const [dialect] = byLikelihood(likely, true);
    return dialect ? { dialect } : { error: nothingLeft(evidence) };
  }
  const { spokeFirst = false } = known;
  const speakable = byLikelihood(likely.filter(mayBeSpokenUnheard), spokeFirst);
  const [likeliest] = speakable;
  if (likeliest && rivalsOf(likeliest).length === 0) return { dialect: likeliest };
  const silent = speakable.find((dialect) => dialect === remembered && !dialect.stateBeforeAnnounce);
  const hint = spokeFirst ? undefined : silent;
  const longest = listeningTime(evidence.channels, patience);
  const listenFor = hint ? silenceBefore(hint) : longest;
  if (possible.length > 0 && silence < listenFor) return { listenFor };
  const dialect = hint ?? likeliest;
  if (dialect) return { dialect };
  return { error: earlier && likely.length > 0 ? unheard(likely, longest) : nothingLeft(evidence) };
}

/** The likelier ones first: they send state before the announcement, or do not, as the place did. */
function byLikelihood(found: readonly Dialect[], spokeFirst: boolean): Dialect[] {
  const likely = ({ stateBeforeAnnounce }: Dialect) => (stateBeforeAnnounce === spokeFirst ? 0 : 1);
  return [...found].sort((a, b) => likely(a) - likely(b));
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

/** The error of a place that may only be spoken to in one of these dialects once it was heard, and was not. */
function unheard(dialects: readonly Dialect[], silence: number, silent: readonly Dialect[] = []): AlloError {
  const guess = silent.length > 0 ? `, as one that speaks ${namesOf(silent)}` : '';
  const heard = `it sent no state for ${silence / 1_000} s${guess}`;
  return new AlloError('ALLO_E_PLACE_DIALECT', `the place may not speak ${namesOf(dialects)}: ${heard}`);
}

function nothingLeft(evidence: Evidence): AlloError {
  const { channels } = evidence;
  return knownDialects.some((dialect) => dialect.channels.count === channels)
    ? new AlloError('ALLO_E_PLACE_VERSION', 'the place speaks none of the dialects that this agent does')
    : new AlloError('ALLO_E_PLACE_CHANNELS', `it grants ${channels} channels, as no known dialect has`);
}
