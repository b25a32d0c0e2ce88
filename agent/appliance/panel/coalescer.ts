import { RateLimit } from '../../place/rate-limit.ts';
import type { Cancel, Time } from '../../time/time.ts';

/** Changes of one row that may be sent in a second, whatever parts of it they are of. */
export const rowChangesASecond = 2;
/** Changes of the whole panel that may be sent in a second. */
export const changesASecond = 10;
/** Of these, as many are kept for touches: who presses something is answered before the next reading is. */
export const keptForTouches = 3;

/** What changes within this time of another change goes with it, ms. */
const settling = 25;
/** What nobody sees is sent this long after the last change of its part, ms. */
export const quietEvery = 10_000;

/** `touch`: somebody waits for it; `look`: people see it; `quiet`: only programs do. */
export type Urgency = 'touch' | 'look' | 'quiet';

const urgencies: readonly Urgency[] = ['touch', 'look', 'quiet'];

interface Waiting {
  readonly row: string;
  readonly urgency: Urgency;
  readonly due: number;
}

export interface CoalescerOptions {
  readonly time: Time;
  /** Makes a part what it should be by now. False where it is so already: that costs nothing. */
  readonly send: (part: string) => boolean;
}

/**
 * Says when which part of the panel is sent: what was wanted first goes first, and what is wanted again before it
 * went goes as it is by then.
 */
export class Coalescer {
  readonly #options: CoalescerOptions;
  /** By part, longest waiting first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #all = new RateLimit(changesASecond, 1_000);
  readonly #untouched = new RateLimit(changesASecond - keptForTouches, 1_000);
  readonly #rows = new Map<string, RateLimit>();
  readonly #sentAt = new Map<string, number>();
  #flushAt: number | undefined;
  #cancel: Cancel = () => {};

  constructor(options: CoalescerOptions) {
    this.#options = options;
  }

  want(part: string, row: string, urgency: Urgency): void {
    const now = this.#options.time.now();
    const soon = now + settling;
    const due = urgency === 'quiet' ? Math.max(soon, (this.#sentAt.get(part) ?? now) + quietEvery) : soon;
    const known = this.#waiting.get(part);
    if (known && rank(known.urgency) <= rank(urgency)) return;
    // Setting a key that is there keeps its place in the queue.
    this.#waiting.set(part, { row, urgency, due: Math.min(due, known?.due ?? due) });
    this.#flushBy(due);
  }

  stop(): void {
    this.#waiting.clear();
    this.#cancel();
    this.#flushAt = undefined;
  }

  #flushBy(at: number): void {
    if (this.#flushAt !== undefined && this.#flushAt <= at) return;
    this.#cancel();
    this.#flushAt = at;
    this.#cancel = this.#options.time.after(at - this.#options.time.now(), () => {
      this.#flushAt = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    const now = this.#options.time.now();
    let next = Number.POSITIVE_INFINITY;
    for (const urgency of urgencies) {
      for (const [part, waiting] of this.#waiting) {
        if (waiting.urgency !== urgency) continue;
        const readyAt = this.#readyAt(waiting);
        if (readyAt <= now) this.#send(part, waiting, now);
        else next = Math.min(next, readyAt);
      }
    }
    if (this.#waiting.size > 0) this.#flushBy(next);
  }

  #readyAt({ row, urgency, due }: Waiting): number {
    const others = urgency === 'touch' ? Number.NEGATIVE_INFINITY : this.#untouched.readyAt;
    return Math.max(due, this.#all.readyAt, this.#limitOf(row).readyAt, others);
  }

  #send(part: string, { row, urgency }: Waiting, now: number): void {
    this.#waiting.delete(part);
    if (!this.#options.send(part)) return;
    this.#sentAt.set(part, now);
    this.#all.take(now);
    this.#limitOf(row).take(now);
    if (urgency !== 'touch') this.#untouched.take(now);
  }

  #limitOf(row: string): RateLimit {
    const known = this.#rows.get(row);
    if (known) return known;
    const limit = new RateLimit(rowChangesASecond, 1_000);
    this.#rows.set(row, limit);
    return limit;
  }
}

function rank(urgency: Urgency): number {
  return urgencies.indexOf(urgency);
}
