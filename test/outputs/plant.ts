import {
  type Drive,
  type OutputEvent,
  OutputMachine,
  retryAfter,
} from '../../agent/appliance/outputs/machine.ts';
import type { OutputRecords, Remembered } from '../../agent/appliance/outputs/memory.ts';
import type { Refusal } from '../../agent/appliance/outputs/permission.ts';
import type { OutputPolicy } from '../../devices/thing.ts';
import { check, checkGroup, checkInterval } from './checks.ts';
import { type Line, limitOf, neverOn, newLine } from './line.ts';

/** What becomes of a write: when it switches the line and when its end is told, ms after it; undefined: never. */
export interface Fate {
  readonly effect: number | undefined;
  readonly end: number | undefined;
  readonly done: boolean;
}

/** `gone`: the file was lost; `stale`: it could not be replaced for a while. */
export type MemoryState = 'good' | 'gone' | 'stale';

interface Write {
  /** ms */
  readonly issuedAt: number;
  /** The event, by number, in which the machine decided on it. */
  readonly decidedIn: number;
}

interface Pending {
  readonly due: number;
  readonly run: () => void;
}

/**
 * Hardware, and a daemon around the machine under test: writes take the fate that is drawn for them, lines are switched
 * by others, break and recover, the daemon is killed and started again. Everything is checked on the lines themselves.
 */
export class Plant {
  readonly lines: ReadonlyMap<string, Line>;
  now = 0;
  readonly counts = {
    commands: 0,
    accepted: 0,
    refused: 0,
    drives: 0,
    switchings: 0,
    starts: 0,
    overlapsByOthers: 0,
  };
  #machine: OutputMachine | undefined;
  #life = 0;
  #pending: Pending[] = [];
  #fates: readonly Fate[];
  #nextFate = 0;
  #memory: MemoryState = 'good';
  #stored: OutputRecords | undefined;
  /** Whether the memory has been good ever since the machine was started. */
  #memoryWasGood = true;
  #takenInThisBoot = new Set<string>();
  #startedByRule = new Set<string>();
  /** Writes that switch on and have not ended, by line. */
  readonly #turningOn = new Map<string, number>();
  /** What the daemons were told, counted. */
  #events = 0;
  #frozen = false;
  #stopping = false;
  /** Writes that wait for those before them to be begun. */
  readonly #drives: (Drive & { readonly decidedIn: number })[] = [];
  #driving = false;

  constructor(policies: ReadonlyMap<string, OutputPolicy>, fates: readonly Fate[]) {
    this.lines = new Map([...policies].map(([key, policy]) => [key, newLine(key, policy)]));
    this.#fates = fates;
    this.start();
  }

  get running(): boolean {
    return this.#machine !== undefined;
  }

  /** Starts the daemon; drivers take their lines, and tell how they are or that they are broken. */
  start(): void {
    this.counts.starts++;
    this.#life++;
    const policies = new Map([...this.lines].map(([key, { policy }]) => [key, policy]));
    const machine = new OutputMachine(policies, this.#remembered(), this.now);
    this.#machine = machine;
    const asFound = new Set([...this.lines.keys()].filter((key) => machine.isAsFound(key)));
    for (const line of this.lines.values()) {
      Object.assign(line, { hungOffs: 0, offsUnderWay: 0 });
      if (line.countsFrom === Infinity) line.countsFrom = this.now;
      if (this.#memory !== 'good' || !this.#memoryWasGood) {
        const { now } = this;
        Object.assign(line, { countsFrom: now, triggeredAt: now, believedOn: line.on });
      }
      if (this.#memoryWasGood && this.#takenInThisBoot.has(line.key))
        check(asFound.has(line.key), `a start would apply on_start to ${line.key} again`);
      if (!line.broken && !asFound.has(line.key) && line.policy.onStart !== 'keep')
        this.#switch(line, line.policy.onStart === 'on', { issuedAt: this.now, decidedIn: this.#events });
      if (!line.broken) this.#takenInThisBoot.add(line.key);
    }
    for (const line of this.lines.values()) this.#tellReading(line);
  }

  command(key: string, on: boolean): Refusal | undefined {
    if (!this.#machine) return undefined;
    this.counts.commands++;
    const line = this.#line(key);
    const { offsUnderWay } = line;
    const { drives, refusal } = this.#react({ type: 'command', key, on });
    const own = drives.filter((drive) => drive.why === 'command' && drive.key === key && drive.on === on);
    check(own.length === (refusal ? 0 : 1), `a command is either refused or carried out, once`);
    if (refusal) this.counts.refused++;
    else this.counts.accepted++;
    if (on) return refusal;
    if (refusal)
      check(this.#stopping || offsUnderWay >= 4, `${key} could not be switched off: ${refusal.why}`);
    else {
      line.offAskedAt = this.now;
      if (line.on && line.heardAt !== undefined) line.mustBeOffAt = Math.min(line.mustBeOffAt, this.now);
    }
    return refusal;
  }

  /** Another program switches the line; the daemon is told `delay` later, where it can be. */
  others(key: string, on: boolean, delay: number): void {
    const line = this.#line(key);
    if (line.on === on) return;
    // A fraction that no deadline has, so that the daemon cannot have decided at the very same time.
    this.advance(1 + 2 ** -10);
    this.#switch(line, on, 'others');
    const { now: measuredAt } = this;
    const life = this.#life;
    this.#after(delay, () => {
      if (life === this.#life && !line.broken) this.#hear(line, on, measuredAt);
    });
  }

  breaks(key: string): void {
    const line = this.#line(key);
    if (line.broken) return;
    line.broken = true;
    this.#tellReading(line);
  }

  recovers(key: string): void {
    const line = this.#line(key);
    if (!line.broken) return;
    line.broken = false;
    line.excusedAt = this.now;
    this.#tellReading(line);
    if (this.#machine) this.#takenInThisBoot.add(key);
  }

  /** From now on the hardware does as it is told. */
  mend(): void {
    this.#fates = [{ effect: 0, end: 0, done: true }];
  }

  placeLost(): void {
    this.#react({ type: 'place-lost' });
  }

  placeJoined(): void {
    const { drives } = this.#react({ type: 'place-joined' });
    for (const { on, why } of drives)
      check(!on && why !== 'on_disconnect', `a rejoin switched something ${on ? 'on' : 'off'}: ${why}`);
  }

  stop(keep: boolean): void {
    this.#stopping = true;
    this.#react({ type: 'stopping', keep });
    this.advance(1_000);
    this.#stopping = false;
    this.kill();
  }

  /** SIGKILL: what is being written happens now or never. */
  kill(): void {
    this.#machine = undefined;
    this.#turningOn.clear();
    const pending = this.#pending;
    this.#pending = [];
    for (const [index, { run }] of pending.entries()) if (index % 2 === 0) run();
    for (const line of this.lines.values()) {
      // Of what no daemon could take since the machine was started nothing is remembered, for on_start is still to come.
      const remembered = line.knownIn < Infinity && this.#takenInThisBoot.has(line.key);
      if (!remembered) line.countsFrom = Infinity;
      Object.assign(line, { heardAt: undefined, mustBeOffAt: Infinity, offAskedAt: -Infinity });
    }
  }

  /** The machine is started anew: lines are off, and times mean nothing any more. */
  reboot(): void {
    this.kill();
    this.#pending = [];
    this.#stored = undefined;
    this.#memoryWasGood = this.#memory === 'good';
    this.#takenInThisBoot.clear();
    this.#startedByRule.clear();
    for (const line of this.lines.values()) {
      if (line.on) this.#switch(line, false, 'others');
      Object.assign(line, { wentOff: neverOn, changedAt: -Infinity, believedOn: false });
    }
  }

  /** What becomes of the memory from now on; it is mended only while a daemon runs, which then saves. */
  memory(state: MemoryState): void {
    if (state === 'good' && !this.#machine) return;
    this.#memory = state;
    if (state === 'good') this.#save();
    else this.#memoryWasGood = false;
    if (state === 'gone') this.#stored = undefined;
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (let steps = 0; ; steps++) {
      check(steps < 10_000, 'time stands still');
      const next = this.#pending.reduce<Pending | undefined>(
        (soonest, one) => (soonest && soonest.due <= one.due ? soonest : one),
        undefined,
      );
      const deadline = this.#frozen ? undefined : this.#machine?.deadline;
      const due = Math.min(next?.due ?? Infinity, deadline ?? Infinity);
      if (due > end) break;
      this.now = Math.max(this.now, due);
      if (next && next.due <= due) {
        this.#pending.splice(this.#pending.indexOf(next), 1);
        next.run();
      } else this.#react({ type: 'time' });
      this.#checkLimits();
    }
    this.now = end;
    this.#checkLimits();
  }

  /** Timers come late by so much, ms: the machine is too busy. */
  freeze(ms: number): void {
    this.#frozen = true;
    this.advance(ms);
    this.#frozen = false;
    if (this.#machine) this.#react({ type: 'time' });
  }

  #remembered(): Remembered {
    if (this.#memory !== 'stale') return { outputs: this.#stored ?? new Map(), asFound: false };
    // As the file gives them that cannot be replaced.
    const outputs = [...(this.#stored ?? [])].map(
      ([key, { offSince: _, ...record }]) => [key, record] as const,
    );
    return { outputs: new Map(outputs), asFound: false };
  }

  #save(): void {
    if (this.#machine && this.#memory === 'good') this.#stored = structuredClone(this.#machine.records);
    if (this.#memory === 'gone') this.#stored = undefined;
  }

  #react(event: OutputEvent) {
    const machine = this.#machine;
    if (!machine) return { drives: [], refusal: undefined };
    const decidedIn = ++this.#events;
    const { drives, refusal } = machine.react(event, this.now);
    this.#save();
    this.#drives.push(...drives.map((drive) => ({ ...drive, decidedIn })));
    if (this.#driving) return { drives, refusal };
    this.#driving = true;
    for (let next = this.#drives.shift(); next; next = this.#drives.shift()) this.#begin(next);
    this.#driving = false;
    const { deadline } = machine;
    check(deadline === undefined || deadline > this.now, 'nothing that is due is left');
    return { drives, refusal };
  }

  #begin({ key, on, write, why, decidedIn }: Drive & { readonly decidedIn: number }): void {
    this.counts.drives++;
    const line = this.#line(key);
    const { effect, end, done } = this.#fateOf(line);
    const issuedAt = this.now;
    const life = this.#life;
    if (on) {
      this.#turningOn.set(key, write);
      if (!line.on && !line.believedOn && !line.broken) checkInterval(line, this.now);
      if (why === 'on_start' && this.#memoryWasGood)
        check(!this.#startedByRule.has(key), `on_start switched ${key} on twice in one boot`);
      line.triggeredAt = this.now;
    } else if (effect !== 0 || end !== 0 || !done) line.excusedAt = this.now;
    if (!on) line.offsUnderWay++;
    if (!on && end === undefined) line.hungOffs++;
    if (effect !== undefined) this.#after(effect, () => this.#switch(line, on, { issuedAt, decidedIn }));
    if (end === undefined) return;
    this.#after(end, () => {
      if (life !== this.#life || !this.#machine) return;
      if (this.#turningOn.get(key) === write) this.#turningOn.delete(key);
      if (!on) line.offsUnderWay--;
      if (on && done && why === 'on_start') this.#startedByRule.add(key);
      if (end > 0 || !done) line.excusedAt = this.now;
      // Whoever was told that it failed believes it off.
      if (on && !done) line.mustBeOffAt = Math.min(line.mustBeOffAt, this.now);
      this.#react({ type: 'settled', key, write, done });
    });
  }

  #fateOf({ broken }: Line): Fate {
    if (broken) return { effect: undefined, end: 0, done: false };
    return this.#fates[this.#nextFate++ % this.#fates.length]!;
  }

  #switch(line: Line, on: boolean, by: Write | 'others'): void {
    if (line.on === on) return;
    this.counts.switchings++;
    line.on = on;
    line.since = this.now;
    const byOthers = by === 'others';
    if (!byOthers && line.believedOn !== on) Object.assign(line, { changedAt: this.now, believedOn: on });
    if (!on) {
      const { knownIn } = line;
      if (knownIn < Infinity) line.wentOff = { at: this.now, knownIn };
      return;
    }
    const countsFrom = byOthers && !this.#machine ? Infinity : this.now;
    Object.assign(line, { byOthers, heardAt: byOthers ? undefined : this.now, countsFrom });
    if (byOthers) {
      line.knownIn = line.toldBroken ? this.#events : Infinity;
      line.mustBeOffAt = Infinity;
      line.triggeredAt = -Infinity;
      return;
    }
    const { issuedAt, decidedIn } = by;
    line.knownIn = decidedIn;
    // An earlier command to go on may take effect after a later one to go off.
    line.mustBeOffAt = issuedAt < line.offAskedAt ? this.now : Infinity;
    this.counts.overlapsByOthers += checkGroup(line, this.#partnersOf(line), decidedIn, this.now);
    line.triggeredAt = Math.max(line.triggeredAt, issuedAt);
    if (issuedAt < this.now) line.excusedAt = this.now;
  }

  /** Nothing is on past its limit, or for longer than a retry takes after what kept the daemon from switching it. */
  #checkLimits(): void {
    if (!this.#machine || this.#frozen || this.#stopping) return;
    for (const line of this.lines.values()) {
      const limit = limitOf(line);
      if (!line.on || line.broken || line.hungOffs >= 4 || this.now <= limit) continue;
      const excused = line.excusedAt + retryAfter >= this.now;
      // Until a write that switches on has ended, it is told to go off once a second.
      const fought = this.#turningOn.has(line.key) && this.now <= Math.max(line.since, limit) + retryAfter;
      check(excused || fought, `${line.key} is on ${this.now - limit} ms past its limit`);
    }
  }

  #tellReading(line: Line): void {
    if (line.broken) {
      if (this.#machine)
        Object.assign(line, { toldBroken: true, knownIn: Math.min(line.knownIn, this.#events + 1) });
      this.#react({ type: 'reading', key: line.key, on: undefined, measuredAt: this.now });
    } else this.#hear(line, line.on, this.now);
  }

  #hear(line: Line, on: boolean, measuredAt: number): void {
    if (!this.#machine) return;
    if (measuredAt >= line.since && line.on === on) {
      if (line.believedOn !== on) Object.assign(line, { changedAt: line.since, believedOn: on });
      if (on) {
        line.heardAt ??= this.now;
        line.knownIn = Math.min(line.knownIn, this.#events + 1);
      }
      line.toldBroken = false;
    }
    const together = [line, ...this.#partnersOf(line)].filter((one) => one.on && one.heardAt !== undefined);
    if (together.length > 1)
      for (const one of together) one.mustBeOffAt = Math.min(one.mustBeOffAt, this.now);
    this.#react({ type: 'reading', key: line.key, on, measuredAt });
  }

  #partnersOf(line: Line): Line[] {
    const { interlock } = line.policy;
    if (interlock === undefined) return [];
    return [...this.lines.values()].filter((other) => other !== line && other.policy.interlock === interlock);
  }

  #after(ms: number, run: () => void): void {
    if (ms === 0) run();
    else this.#pending.push({ due: this.now + ms, run });
  }

  #line(key: string): Line {
    return this.lines.get(key)!;
  }
}
