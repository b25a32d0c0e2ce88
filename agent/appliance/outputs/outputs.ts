import type { DeviceError } from '../../../devices/errors.ts';
import type { OutputPolicy, Reading, Thing, Value } from '../../../devices/thing.ts';
import type { Cancel, Time } from '../../time/time.ts';
import type { Log } from '../log.ts';
import type { CountedReading, Property } from '../property.ts';
import { type Drive, type OutputEvent, OutputMachine, type Reaction } from './machine.ts';
import type { MemoryFault, OutputMemory } from './memory.ts';
import { type Names, refusalError, refusalText } from './refusal.ts';

/** Longest time that stopping waits for outputs to be switched, ms. */
const stopWithin = 1_000;
/** From an attempt to remember that failed to the next, ms. */
const rememberAgainAfter = 10_000;

/** What an output is about to do, or may not. */
export interface OutputState {
  /** When it goes off by itself, ms of the local monotonic clock. */
  readonly offAt?: number;
  /**
   * Why it cannot be switched into its other state now, for people, and until when (local monotonic ms; absent where
   * that depends on something else).
   */
  readonly locked?: { readonly reason: string; readonly until?: number };
}

export interface OutputsOptions {
  /** Those that are no outputs are written without further ado. */
  readonly properties: Iterable<Property>;
  readonly time: Time;
  readonly log: Log;
  readonly memory: OutputMemory;
  /** Why a thing does not work, by its id. */
  readonly faults: ReadonlyMap<string, { readonly reason: string }>;
}

/** Carries out what the machine of all outputs decides: writes, timers, what is remembered. */
export class Outputs {
  readonly #machine: OutputMachine;
  readonly #properties: ReadonlyMap<string, Property>;
  readonly #time: Time;
  readonly #log: Log;
  readonly #memory: OutputMemory;
  readonly #names: Names;
  #remembered = '';
  /** What was last told of the memory. */
  #memoryFault: string | undefined;
  /** Drives wait here while one before them is begun: a thing may tell a reading in the midst of a write. */
  readonly #drives: Drive[] = [];
  #driving = false;
  /** Who waits for a write that is to be begun. */
  readonly #answers = new Map<
    number,
    { readonly resolve: (reading: Reading) => void; readonly reject: (error: unknown) => void }
  >();
  #cancelDeadline: Cancel = () => {};
  #cancelRemember: Cancel | undefined;
  /** What was last told of an output that cannot be switched. */
  readonly #told = new Map<string, string>();
  #allSettled = () => {};

  /** Looks up what is remembered. */
  constructor({ properties, time, log, memory, faults }: OutputsOptions) {
    const outputs = [...properties].filter(({ description }) => description.output);
    this.#properties = new Map(outputs.map((property) => [property.key, property]));
    this.#time = time;
    this.#log = log;
    this.#memory = memory;
    this.#names = namesOf(this.#properties, faults);
    const policies = new Map<string, OutputPolicy>(
      outputs.map(({ key, description }) => [key, description.output!]),
    );
    this.#machine = new OutputMachine(policies, memory.load(), time.now());
    this.#tellMemory();
    this.#arm();
  }

  /** Present while outputs are not remembered. */
  get fault(): MemoryFault | undefined {
    return this.#properties.size > 0 ? this.#memory.fault : undefined;
  }

  /** The outputs of a thing that it takes as they are found. To be asked before the thing is started. */
  asFound(thing: Thing): ReadonlySet<string> {
    const names = thing.properties.map(({ name }) => name);
    return new Set(names.filter((name) => this.#machine.isAsFound(`${thing.id}.${name}`)));
  }

  /**
   * The one way by which a write or a poke reaches a property. Resolves once the hardware has taken it; rejects with
   * an error whose message says why not: an `AlloError` where a rule forbids it, else the `DeviceError` of the thing.
   */
  async command({ key, thing, description }: Property, value: Value): Promise<Reading> {
    if (!this.#properties.has(key) || typeof value !== 'boolean') return thing.write(description.name, value);
    const now = this.#time.now();
    const reaction = this.#machine.react({ type: 'command', key, on: value }, now);
    const own = reaction.drives.find((drive) => drive.key === key && drive.why === 'command');
    const answer = new Promise<Reading>((resolve, reject) => {
      if (reaction.refusal) reject(refusalError(key, reaction.refusal, now, this.#names));
      else if (own) this.#answers.set(own.write, { resolve, reject });
    });
    this.#carryOut(reaction);
    return answer;
  }

  /** Of the property with this key; undefined where it is no output, or there is nothing to tell. */
  stateOf(key: string): OutputState | undefined {
    const offAt = this.#machine.offAt(key);
    const now = this.#time.now();
    const refusal = this.#machine.refusalOf(key, now);
    if (offAt === undefined && !refusal) return undefined;
    return {
      ...(offAt !== undefined && { offAt }),
      ...(refusal && {
        locked: {
          reason: refusalText(key, refusal, now, this.#names),
          ...('until' in refusal && { until: refusal.until }),
        },
      }),
    };
  }

  /** Called with every reading of the property. */
  seen({ key }: Property, { value, time, quality }: CountedReading): void {
    if (!this.#properties.has(key)) return;
    const on = quality === 'fault' ? undefined : value === true;
    this.#react({ type: 'reading', key, on, measuredAt: time });
  }

  placeLost(): void {
    this.#react({ type: 'place-lost' });
  }

  placeJoined(): void {
    this.#react({ type: 'place-joined' });
  }

  /** Resolves once every output is as its policy says, or would not go there. `keep`: they stay as they are. */
  async stopping(keep: boolean): Promise<void> {
    const settled = new Promise<void>((resolve) => {
      this.#allSettled = resolve;
    });
    const cancel = this.#time.after(stopWithin, this.#allSettled);
    this.#react({ type: 'stopping', keep });
    await settled;
    cancel();
    this.#cancelDeadline();
    this.#cancelRemember?.();
  }

  #react(event: OutputEvent, at = this.#time.now()): void {
    this.#carryOut(this.#machine.react(event, at));
  }

  #carryOut({ drives, abandoned }: Reaction): void {
    this.#remember();
    for (const { key, why, refusal } of abandoned) {
      const reason = refusalText(key, refusal, this.#time.now(), this.#names);
      this.#log.warn({ property: key, on: true, why, reason }, 'output not switched');
    }
    this.#drives.push(...drives);
    if (this.#driving) return;
    this.#driving = true;
    for (let next = this.#drives.shift(); next; next = this.#drives.shift()) void this.#drive(next);
    this.#driving = false;
    this.#arm();
    if (this.#machine.settled) this.#allSettled();
  }

  /** Never rejects: whoever waits for the answer is told. */
  async #drive(drive: Drive): Promise<void> {
    const { key, write, on } = drive;
    const { thing, description } = this.#properties.get(key)!;
    const answer = this.#answers.get(write);
    this.#answers.delete(write);
    try {
      const reading = await thing.write(description.name, on);
      this.#toldOf(drive);
      this.#react({ type: 'settled', key, write, done: reading.value === on && reading.quality !== 'fault' });
      answer?.resolve(reading);
    } catch (error) {
      this.#toldOf(drive, error as DeviceError);
      this.#react({ type: 'settled', key, write, done: false });
      answer?.reject(error);
    }
  }

  /** Commands are told by whoever took them. A failure that lasts is told once. */
  #toldOf({ key, on, why }: Drive, error?: DeviceError): void {
    const { thing } = this.#properties.get(key)!;
    const told = this.#told.get(key);
    if (!error) {
      this.#told.delete(key);
      if (why !== 'command') this.#log.info({ property: key, on, why }, 'output switched by its own policy');
      return;
    }
    const { code, message: reason } = error;
    this.#told.set(key, reason);
    if (why === 'command' || told === reason) return;
    this.#log.warn({ code, thing: thing.id, property: key, on, why, reason }, 'output could not be switched');
  }

  /** Before anything is switched: a daemon that is killed then leaves what the next one needs. */
  #remember({ again = false } = {}): void {
    const { records } = this.#machine;
    const text = JSON.stringify([...records]);
    if (this.#properties.size === 0 || (text === this.#remembered && !again)) return;
    this.#remembered = text;
    this.#memory.save(records);
    this.#tellMemory();
    this.#cancelRemember?.();
    this.#cancelRemember = this.#memory.fault
      ? this.#time.after(rememberAgainAfter, () => this.#remember({ again: true }))
      : undefined;
  }

  #tellMemory(): void {
    const { fault } = this;
    if (fault?.reason === this.#memoryFault) return;
    this.#memoryFault = fault?.reason;
    if (fault) this.#log.warn(fault, 'outputs are not remembered');
    else this.#log.info({}, 'outputs are remembered again');
  }

  #arm(): void {
    this.#cancelDeadline();
    const { deadline } = this.#machine;
    if (deadline === undefined) return;
    this.#cancelDeadline = this.#time.after(deadline - this.#time.now(), () => {
      // A timer's moment is a rounded sum, which may fall just short of the deadline.
      this.#react({ type: 'time' }, Math.max(deadline, this.#time.now()));
    });
  }
}

/** A thing's only output is called as the thing is. */
function namesOf(properties: ReadonlyMap<string, Property>, faults: OutputsOptions['faults']): Names {
  const outputsOf = (id: string) => [...properties.values()].filter(({ thing }) => thing.id === id).length;
  return {
    of(key) {
      const { thing } = properties.get(key)!;
      return outputsOf(thing.id) === 1 ? thing.id : key;
    },
    faultOf(key) {
      const { thing } = properties.get(key)!;
      return faults.get(thing.id)?.reason ?? 'it has not been read yet';
    },
  };
}
