import { AlloError } from '../../errors.ts';
import { AVATAR } from '../../place/own-entities.ts';
import type { Cancel, Time } from '../../time/time.ts';
import type { Json } from '../../wire/json.ts';
import { type Touch, type TouchShown, untouched } from '../panel/touch.ts';
import type { Property } from '../property.ts';
import { type Release, RowTouch } from './row-touch.ts';

/** A one-way interaction on its way to a row. */
export interface Gesture {
  /** The hand. */
  readonly from: string;
  /** Key of our entity it was sent to: `avatar` or `thing.property`; undefined where that is no longer known. */
  readonly to: string | undefined;
  readonly body: readonly Json[];
}

export interface TouchesOptions {
  readonly properties: Iterable<Property>;
  readonly time: Time;
  readonly shown: TouchShown;
}

/** What visors say besides, of which nothing follows here: who is moved or looked at is their own business. */
const ofNoConsequence: ReadonlySet<Json> = new Set(['defocus', 'grabbing']);

/** What may wait at one row until what is being done there is done. */
export const mostWaiting = 8;

/** What is being done at a row, or waits to be. */
interface Turns {
  readonly count: number;
  /** Resolves once all of it is done, or has failed. */
  readonly done: Promise<unknown>;
}

/**
 * Who touches which row. Tells what a row is to show whenever that becomes something else, so that a hand that says
 * at frame rate where it points costs next to nothing.
 */
export class Touches {
  readonly #rows = new Map<string, RowTouch>();
  /** Rows that can be poked: the others are deaf to hands, and show nothing but why. */
  readonly #switchable = new Set<string>();
  readonly #told = new Map<string, Touch>();
  readonly #turns = new Map<string, Turns>();
  readonly #time: Time;
  readonly #shown: TouchShown;
  #stopped = false;
  #wake: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor({ properties, time, shown }: TouchesOptions) {
    this.#time = time;
    this.#shown = shown;
    for (const property of properties) {
      this.#rows.set(property.key, new RowTouch());
      if (isSwitchable(property)) this.#switchable.add(property.key);
    }
  }

  /**
   * `["point", finger, hit]`, both `[x, y, z]` in metres of the place, and `["point-exit"]`; sent to the avatar they
   * name the row first. False where it is nothing a row understands.
   */
  hear({ from, to, body }: Gesture): boolean {
    const [name, ...args] = body;
    if (ofNoConsequence.has(name ?? null)) return true;
    const key = to === AVATAR ? args.shift() : to;
    const row = typeof key === 'string' ? this.#rows.get(key) : undefined;
    if (!row || typeof key !== 'string') return false;
    if (name === 'point' && args.length >= 2 && args.slice(0, 2).every(isPoint)) {
      if (this.#switchable.has(key)) row.point(from, this.#time.now());
    } else if (name === 'point-exit') {
      row.exit(from);
    } else {
      return false;
    }
    this.#tell(key, row);
    return true;
  }

  press(key: string, hand: string): void {
    this.#change(key, (row, now) => row.press(hand, now));
  }

  release(key: string, hand: string): Release {
    return this.#change(key, (row, now) => row.release(hand, now)) ?? 'unpressed';
  }

  /** Shows why a poke did nothing. */
  refused(key: string, reason: string): void {
    this.#change(key, (row, now) => row.refuse(reason, now));
  }

  /**
   * Does what is to be done at a row once nothing else is being done there: two who poke it switch it twice. Rejects
   * with ALLO_E_POKE_BUSY where `mostWaiting` wait already, as where hardware hangs; otherwise as `act` does.
   */
  inTurn<T>(key: string, act: () => Promise<T>): Promise<T> {
    const { count, done } = this.#turns.get(key) ?? { count: 0, done: Promise.resolve() };
    if (count > mostWaiting) {
      const reason = `${key} is busy: ${mostWaiting} pokes wait for its hardware already`;
      return Promise.reject(new AlloError('ALLO_E_POKE_BUSY', reason));
    }
    const turn = done.then(act);
    const over = () => this.#turnOver(key);
    this.#turns.set(key, { count: count + 1, done: turn.then(over, over) });
    return turn;
  }

  /** An entity is not in the world any more. */
  gone(entity: string): void {
    for (const key of this.#rows.keys()) this.#change(key, (row) => row.gone(entity));
  }

  /** An entity of ours is not in the place any more, by its key: who comes upon it again does so anew. */
  rowGone(key: string): void {
    for (const one of key === AVATAR ? this.#rows.keys() : [key]) this.#change(one, (row) => row.clear());
  }

  /** Shows nothing from now on: a poke that is still being acted on may yet fail. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.cancel();
  }

  #turnOver(key: string): void {
    const { count, done } = this.#turns.get(key)!;
    if (count > 1) this.#turns.set(key, { count: count - 1, done });
    else this.#turns.delete(key);
  }

  #change<T>(key: string, change: (row: RowTouch, now: number) => T): T | undefined {
    const row = this.#rows.get(key);
    if (!row) return undefined;
    const result = change(row, this.#time.now());
    this.#tell(key, row);
    return result;
  }

  #tell(key: string, row: RowTouch): void {
    if (this.#stopped) return;
    this.#wakeBy(row.deadline);
    const touch = row.touch;
    if (isSame(touch, this.#told.get(key) ?? untouched)) return;
    this.#told.set(key, touch);
    this.#shown.touched(key, touch);
  }

  /** Never later than `at`, maybe earlier: a hand that goes on pointing moves no timer. */
  #wakeBy(at: number | undefined): void {
    if (at === undefined || (this.#wake && this.#wake.at <= at)) return;
    this.#wake?.cancel();
    this.#wake = { at, cancel: this.#time.after(at - this.#time.now(), () => this.#expire()) };
  }

  #expire(): void {
    this.#wake = undefined;
    for (const key of this.#rows.keys()) this.#change(key, (row, now) => row.expire(now));
  }
}

/** Whether it is poked at all: on becomes off, and off on. */
export function isSwitchable({ description: { writable, type } }: Property): boolean {
  return writable && type === 'boolean';
}

function isPoint(value: Json): boolean {
  return Array.isArray(value) && value.length === 3 && value.every((n) => typeof n === 'number');
}

function isSame(one: Touch, other: Touch): boolean {
  return one.pointed === other.pointed && one.pressed === other.pressed && one.refusal === other.refusal;
}
