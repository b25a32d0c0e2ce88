import type { OutputPolicy } from '../../../devices/thing.ts';
import type { OutputRecord, OutputRecords, Remembered } from './memory.ts';
import { type Cause, Output } from './output.ts';
import { type Group, type Refusal, refusalOfOff, refusalOfOn } from './permission.ts';

/** How soon a switching that failed is tried again, ms. */
export const retryAfter = 1_000;

/** What happens to outputs. */
export type OutputEvent =
  | { readonly type: 'command'; readonly key: string; readonly on: boolean }
  /** The line was seen to be `on` at the moment `measuredAt`; undefined: it cannot be read. */
  | {
      readonly type: 'reading';
      readonly key: string;
      readonly on: boolean | undefined;
      readonly measuredAt: number;
    }
  /** A write ended: it is `done`, or failed and may or may not have switched the line. */
  | { readonly type: 'settled'; readonly key: string; readonly write: number; readonly done: boolean }
  | { readonly type: 'place-lost' }
  | { readonly type: 'place-joined' }
  /** The daemon stops. `keep`: another goes on with the outputs at once, and they are not to notice. */
  | { readonly type: 'stopping'; readonly keep: boolean }
  /** Nothing but that time went by. */
  | { readonly type: 'time' };

/** A write to be begun at once. Its end is told as an event, however late. */
export interface Drive {
  readonly write: number;
  readonly key: string;
  readonly on: boolean;
  readonly why: Cause;
}

export interface Reaction {
  readonly drives: readonly Drive[];
  /** Why the command, which the event was, is not carried out. */
  readonly refusal?: Refusal;
  /** What a rule wanted to switch on and gave up. */
  readonly abandoned: readonly { readonly key: string; readonly why: Cause; readonly refusal: Refusal }[];
}

/**
 * The rules of all outputs, without hardware and timers: events and their times in, what is to be switched and when to
 * look again out. The rules it keeps, whatever the hardware does:
 *
 * - Nothing is switched on unless it has been off for its `minInterval`, and every other output of its interlock group
 *   is off for certain and has been for the group's wait. The group holds back what is on and is told so again, too: it
 *   may have gone off unheard. Where two are on all the same, somebody else's doing, all of the group that are on go off.
 * - What is on past its limit goes off, and what somebody says is to go off: no rule holds that back. Whatever goes off is told so again until it is off for certain.
 * - A line that was told to go on counts as on until it is known to be off: also where the write failed, which is taken
 *   back, or was never heard of again.
 */
export class OutputMachine {
  readonly #outputs: ReadonlyMap<string, Output>;
  readonly #groups = new Map<string, Group>();
  /** What is remembered of outputs that are not there this time: a later start may have them again. */
  readonly #absent: OutputRecords;
  #now: number;
  #writes = 0;
  #placeLost = false;
  #stopping = false;
  #drives: Drive[] = [];
  #abandoned: { key: string; why: Cause; refusal: Refusal }[] = [];

  /** `at`: the moment of the start, ms of the local monotonic clock as all times. */
  constructor(policies: ReadonlyMap<string, OutputPolicy>, { outputs, asFound }: Remembered, at: number) {
    this.#now = at;
    this.#absent = new Map([...outputs].filter(([key]) => !policies.has(key)));
    this.#outputs = new Map(
      [...policies].map(([key, policy]) => [key, new Output(key, policy, at, outputs.get(key))]),
    );
    for (const output of this.#outputs.values()) {
      const { interlock } = output.policy;
      if (interlock !== undefined) this.#enter(interlock, output);
      const byRule = startsByRule(output.policy);
      const starting = output.taken ? outputs.get(output.key)?.starting : !asFound && byRule;
      if (starting) output.wish = { why: 'on_start', notBefore: at };
      output.taken ||= asFound;
      output.asFound = output.taken || byRule;
    }
  }

  /** Whether a driver takes the output as it is found, and does not apply `on_start`. */
  isAsFound(key: string): boolean {
    return this.#outputs.get(key)?.asFound === true;
  }

  /** What is to be remembered; it changes only where an output is switched, or becomes known. */
  get records(): OutputRecords {
    const known = [...this.#outputs.values()].flatMap(({ key, record }): [string, OutputRecord][] =>
      record ? [[key, record]] : [],
    );
    return new Map([...this.#absent, ...known]);
  }

  /** When `react` has to be called at the latest; undefined where time alone changes nothing. */
  get deadline(): number | undefined {
    if (this.#stopping) return undefined;
    const times = [...this.#outputs.values()].flatMap(({ limit, goingOff, wish, mayTryOff }) => [
      ...(limit && !goingOff ? [limit.at] : []),
      ...(goingOff && mayTryOff ? [goingOff.retryAt] : []),
      ...(wish && wish.notBefore > this.#now ? [wish.notBefore] : []),
    ]);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Whether every write has ended. */
  get settled(): boolean {
    return [...this.#outputs.values()].every(({ inFlight }) => inFlight === 0);
  }

  /** When the output goes off by itself, ms; undefined where it is off or nothing says so. */
  offAt(key: string): number | undefined {
    return this.#outputs.get(key)?.limit?.at;
  }

  /** Why a command to bring the output into its other state would be refused at the moment `at`. */
  refusalOf(key: string, at: number): Refusal | undefined {
    const output = this.#outputs.get(key);
    return output && this.#refusalOf(output, output.level !== 'on', at);
  }

  /** `at`: now, ms. Time that ran backwards is taken to have stood still. */
  react(event: OutputEvent, at: number): Reaction {
    this.#now = Math.max(this.#now, at);
    this.#drives = [];
    this.#abandoned = [];
    // What fell due before the event comes before it.
    if (event.type === 'command') this.#enforce();
    const refusal = this.#take(event);
    this.#enforce();
    return { drives: this.#drives, abandoned: this.#abandoned, ...(refusal && { refusal }) };
  }

  #take(event: OutputEvent): Refusal | undefined {
    switch (event.type) {
      case 'command':
        return this.#command(this.#known(event.key), event.on);
      case 'reading':
        this.#read(this.#known(event.key), event.on, event.measuredAt);
        return undefined;
      case 'settled':
        this.#settle(this.#known(event.key), event.write, event.done);
        return undefined;
      case 'place-lost':
        if (!this.#placeLost)
          for (const output of this.#outputs.values()) this.#apply(output, 'on_disconnect');
        this.#placeLost = true;
        return undefined;
      case 'place-joined':
        this.#placeLost = false;
        for (const output of this.#outputs.values()) forget(output, 'on_disconnect');
        return undefined;
      case 'stopping':
        this.#stop(event.keep);
        return undefined;
      case 'time':
        return undefined;
    }
  }

  #command(output: Output, on: boolean): Refusal | undefined {
    const refusal = this.#refusalOf(output, on, this.#now);
    if (refusal) return refusal;
    // Whoever commands knows better than what was wished for when nobody was there.
    for (const other of this.#groupOf(output)?.outputs ?? [output]) other.wish = undefined;
    if (on) this.#turnOn(output, 'command');
    else this.#turnOff(output, 'command');
    return undefined;
  }

  #refusalOf(output: Output, on: boolean, at: number): Refusal | undefined {
    if (this.#stopping) return { why: 'stopping' };
    return on ? refusalOfOn(output, this.#groupOf(output), at) : refusalOfOff(output);
  }

  #read(output: Output, on: boolean | undefined, measuredAt: number): void {
    if (on === undefined) output.lose(this.#now);
    else output.read(on, measuredAt, this.#now);
  }

  #settle(output: Output, write: number, done: boolean): void {
    const wish = output.turningOn?.wish;
    const onFailed = output.settle(write, done, this.#now);
    if (onFailed && wish && !output.goingOff && this.#isStillWished(wish.why))
      output.wish = { why: wish.why, notBefore: this.#now + retryAfter };
    if (onFailed) this.#beginGoingOff(output, 'failure');
    // What was written while it was still going on proves nothing; it has to be written once more.
    if (output.goingOff && !output.turningOn && (done || onFailed)) output.goingOff.retryAt = this.#now;
  }

  #isStillWished(why: Cause): boolean {
    return why === 'on_disconnect' ? this.#placeLost : why === 'on_start';
  }

  /** At a turning point of the daemon's life: what the policy says of it. */
  #apply(output: Output, why: 'on_disconnect' | 'on_stop'): void {
    const what = why === 'on_stop' ? output.policy.onStop : output.policy.onDisconnect;
    if (what === 'keep') return;
    output.wish = what === 'on' ? { why, notBefore: this.#now } : undefined;
    if (what === 'off') this.#turnOff(output, why);
  }

  #stop(keep: boolean): void {
    this.#stopping = true;
    if (!keep) for (const output of this.#outputs.values()) this.#apply(output, 'on_stop');
  }

  #enforce(): void {
    if (!this.#stopping) {
      for (const output of this.#outputs.values()) {
        const { limit } = output;
        if (limit && limit.at <= this.#now) this.#beginGoingOff(output, limit.why);
      }
      for (const { outputs } of this.#groups.values()) {
        const on = outputs.filter(({ level, seen }) => level === 'on' && seen);
        if (on.length > 1) for (const output of on) this.#beginGoingOff(output, 'interlock');
      }
    }
    for (const output of this.#outputs.values()) {
      const { goingOff, mayTryOff } = output;
      if (goingOff && goingOff.retryAt <= this.#now && mayTryOff && this.#mayRetry(output))
        this.#turnOff(output, goingOff.why);
    }
    for (const output of this.#outputs.values()) this.#fulfil(output);
  }

  /** While the daemon stops there is no time to try twice; only what proved nothing is told again. */
  #mayRetry(output: Output): boolean {
    return !this.#stopping || output.inFlight === 0;
  }

  #fulfil(output: Output): void {
    const { wish } = output;
    if (!wish || wish.notBefore > this.#now) return;
    if (this.#stopping ? wish.why !== 'on_stop' : !output.seen) return;
    if (output.seen && output.level === 'on' && !output.goingOff) {
      output.wish = undefined;
      return;
    }
    const refusal = refusalOfOn(output, this.#groupOf(output), this.#now);
    if (!refusal) {
      this.#turnOn(output, wish.why);
      return;
    }
    if ('until' in refusal) output.wish = { ...wish, notBefore: refusal.until };
    const hopeless = this.#stopping ? this.settled : wish.why === 'on_start' && refusal.why === 'interlock';
    if (!hopeless) return;
    output.wish = undefined;
    this.#abandoned.push({ key: output.key, why: wish.why, refusal });
  }

  #turnOn(output: Output, why: Cause): void {
    const write = ++this.#writes;
    output.beginOn(write, this.#now);
    this.#drives.push({ write, key: output.key, on: true, why });
  }

  #turnOff(output: Output, why: Cause): void {
    // What is off already, or lost, needs no second try on somebody's behalf: they were told.
    if (why !== 'command' || output.level === 'on') {
      this.#beginGoingOff(output, why);
      if (output.goingOff) output.goingOff.retryAt = this.#now + retryAfter;
    }
    if (!output.mayTryOff) return;
    const write = ++this.#writes;
    output.beginOff(write, this.#now);
    this.#drives.push({ write, key: output.key, on: false, why });
  }

  /** The first reason stands, unless a rejoin could take it away. */
  #beginGoingOff(output: Output, why: Cause): void {
    const { goingOff } = output;
    if (goingOff && goingOff.why !== 'on_disconnect') return;
    output.goingOff = { why, retryAt: goingOff?.retryAt ?? this.#now };
  }

  #groupOf({ policy }: Output): Group | undefined {
    return policy.interlock === undefined ? undefined : this.#groups.get(policy.interlock);
  }

  #enter(name: string, output: Output): void {
    const { outputs, wait } = this.#groups.get(name) ?? { outputs: [], wait: 0 };
    this.#groups.set(name, {
      outputs: [...outputs, output],
      wait: Math.max(wait, output.policy.interlockWait ?? 0),
    });
  }

  #known(key: string): Output {
    const output = this.#outputs.get(key);
    if (output) return output;
    throw new RangeError(`there is no output ${key}`);
  }
}

/** Whether `on_start` may have to wait, so that it is not the driver's to apply. */
function startsByRule({ onStart, interlock, minInterval }: OutputPolicy): boolean {
  return onStart === 'on' && (interlock !== undefined || minInterval !== undefined);
}

function forget(output: Output, why: Cause): void {
  if (output.wish?.why === why) output.wish = undefined;
  if (output.goingOff?.why === why) output.goingOff = undefined;
}
