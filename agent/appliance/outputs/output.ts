import type { OutputPolicy } from '../../../devices/thing.ts';
import type { OutputRecord } from './memory.ts';

/** Why an output is switched: somebody's command, or the rule of its policy. `failure`: a switching on that failed. */
export type Cause =
  | 'command'
  | 'failure'
  | 'interlock'
  | 'max_on'
  | 'on_disconnect'
  | 'on_start'
  | 'on_stop'
  | 'pulse';

/**
 * What is known of the line. `on`: it is on, or was told to go on and nobody knows yet whether it did; `off`: it is off
 * for certain; `lost`: nobody knows, and nobody told it to go on.
 */
export type Level = 'on' | 'off' | 'lost';

/** A write that has been begun and has neither succeeded nor failed. */
interface OffWrite {
  /** ms */
  readonly issuedAt: number;
  /** Whether the line is off for certain once it succeeds: nothing else was at work on the line. */
  proves: boolean;
}

/** Most attempts to switch one output off at the same time: where one hangs, another may succeed. */
const mostOffWrites = 4;

/** One output as the machine knows it. Times are milliseconds of the local monotonic clock. */
export class Output {
  readonly key: string;
  readonly policy: OutputPolicy;
  level: Level = 'lost';
  /** Whether anything was heard of the line since the start. */
  seen = false;
  /** Since when it is on, or may be. Of no meaning while it is off. */
  onSince: number;
  /** Since when it is off, so far as is known. Of meaning while it is off. */
  offSince: number;
  /** When its pulse began; undefined where it has none or is off. */
  pulseFrom: number | undefined;
  /** It goes off, for this reason, and is told so again from `retryAt` until it is off for certain. */
  goingOff: { why: Cause; retryAt: number } | undefined;
  /** It is to go on for this reason as soon as its rules let it, but not before `notBefore`. */
  wish: { readonly why: Cause; readonly notBefore: number } | undefined;
  /** The write that switches it on. */
  turningOn: { readonly write: number; readonly wish: Output['wish'] } | undefined;
  readonly turningOff = new Map<number, OffWrite>();
  /** Whether it was ever taken in this boot: `on_start` is not for it any more. */
  taken: boolean;
  /** Whether its driver takes it as it is found. */
  asFound = false;
  /** What was measured before is older than what is known. */
  #provenOffAt = -Infinity;
  #provenOnAt = -Infinity;
  /** When a write that was to switch it off last ended without proving that it did. */
  #doubtedAt = -Infinity;
  #offIsRemembered = false;

  constructor(key: string, policy: OutputPolicy, at: number, remembered: OutputRecord | undefined) {
    const past = (moment: number | undefined) => Math.min(moment ?? at, at);
    this.key = key;
    this.policy = policy;
    this.taken = remembered !== undefined;
    this.onSince = past(remembered?.onSince ?? remembered?.lostSince);
    this.offSince = past(remembered?.offSince);
    this.#offIsRemembered = remembered?.offSince !== undefined;
    if (remembered?.onSince === undefined) return;
    this.level = 'on';
    this.pulseFrom = this.policy.pulse === undefined ? undefined : past(remembered.pulseFrom);
  }

  /** When it has to go off, and why; undefined where nothing says so. */
  get limit(): { readonly at: number; readonly why: Cause } | undefined {
    const { maxOn, pulse } = this.policy;
    // What was not seen yet is not taken by its driver: it could not be switched.
    if (this.level !== 'on' || !this.seen) return undefined;
    const longest = maxOn === undefined ? Infinity : this.onSince + maxOn;
    const pulseEnd = pulse === undefined ? Infinity : (this.pulseFrom ?? this.onSince) + pulse;
    if (longest === Infinity && pulseEnd === Infinity) return undefined;
    return pulseEnd < longest ? { at: pulseEnd, why: 'pulse' } : { at: longest, why: 'max_on' };
  }

  /** Since when it may be off; undefined where it is on, and was seen so after whatever might have switched it off. */
  get mayBeOffSince(): number | undefined {
    if (this.level !== 'on' || !this.seen) return this.offSince;
    return this.#doubtedAt >= this.#provenOnAt ? this.#doubtedAt : undefined;
  }

  get inFlight(): number {
    return this.turningOff.size + (this.turningOn ? 1 : 0);
  }

  get mayTryOff(): boolean {
    return this.turningOff.size < mostOffWrites;
  }

  /** To be kept over a restart of the daemon; undefined where `on_start` has not been applied yet. */
  get record(): OutputRecord | undefined {
    if (!this.taken) return undefined;
    return { ...this.#times, ...(this.wish?.why === 'on_start' && { starting: true }) };
  }

  get #times(): OutputRecord {
    const { level, onSince, offSince, pulseFrom } = this;
    if (level === 'on') return { onSince, ...(pulseFrom !== undefined && { pulseFrom }) };
    return level === 'off' || this.#isOffAsRemembered ? { offSince } : { lostSince: onSince };
  }

  /** It was seen off by a daemon before, and nothing was heard of it yet. */
  get #isOffAsRemembered(): boolean {
    return this.level === 'lost' && !this.seen && this.#offIsRemembered;
  }

  beginOn(write: number, at: number): void {
    this.turningOn = { write, wish: this.wish };
    this.wish = undefined;
    this.seen = true;
    this.taken = true;
    this.#becomeOn(at);
    if (this.policy.pulse !== undefined) this.pulseFrom = at;
  }

  beginOff(write: number, at: number): void {
    this.turningOff.set(write, { issuedAt: at, proves: this.turningOn === undefined });
  }

  /** Takes note of how a write ended. Returns whether it was a switching on that failed. */
  settle(write: number, done: boolean, at: number): boolean {
    this.seen = true;
    if (this.turningOn?.write === write) {
      this.turningOn = undefined;
      this.#provenOnAt = at;
      return !done;
    }
    const off = this.turningOff.get(write);
    this.turningOff.delete(write);
    if (off && done && off.proves && !this.turningOn) this.#becomeOff(off.issuedAt, at);
    else if (off) this.#doubtedAt = at;
    if (off && !done && this.level === 'off') this.lose(at);
    return false;
  }

  /** The line was seen to be on or off at `measuredAt`. */
  read(on: boolean, measuredAt: number, at: number): void {
    if (on) this.#readOn(Math.min(measuredAt, at), at);
    else if (!this.turningOn && measuredAt > this.#provenOnAt) this.#becomeOff(measuredAt, at);
    else return;
    this.seen = true;
    this.taken = true;
  }

  /** The line cannot be read. What was on is taken to be on still. */
  lose(at: number): void {
    this.seen = true;
    if (this.level !== 'off') return;
    this.level = 'lost';
    this.onSince = at;
  }

  #readOn(measuredAt: number, at: number): void {
    if (this.level === 'off' && measuredAt < this.#provenOffAt) return;
    this.#provenOnAt = Math.max(this.#provenOnAt, measuredAt);
    for (const off of this.turningOff.values()) if (measuredAt >= off.issuedAt) off.proves = false;
    const since = Math.max(measuredAt, this.offSince);
    if (this.level === 'on') {
      // Somebody else had switched it on before it was told to.
      if (measuredAt >= this.#provenOffAt) this.onSince = Math.min(this.onSince, since);
      return;
    }
    this.#becomeOn(since);
    if (this.policy.pulse !== undefined) this.pulseFrom = at;
  }

  /** From `lost`, it may have been on ever since it was lost. */
  #becomeOn(since: number): void {
    if (this.level !== 'on') this.onSince = this.level === 'lost' ? Math.min(this.onSince, since) : since;
    this.level = 'on';
  }

  #becomeOff(provenAt: number, at: number): void {
    // Nobody switched it while no daemon ran: it has been off since it was last seen off.
    if (this.level !== 'off' && !this.#isOffAsRemembered) this.offSince = at;
    this.level = 'off';
    this.pulseFrom = undefined;
    this.goingOff = undefined;
    this.#provenOffAt = Math.max(this.#provenOffAt, provenAt);
  }
}
