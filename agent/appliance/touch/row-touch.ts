import type { Touch } from '../panel/touch.ts';

/** What becomes of a press when it is let go of. */
export type Release =
  /** The hand is where it pressed: now is the time to act. */
  | 'act'
  /** The hand has left the row since: nothing was meant. */
  | 'left'
  /** This hand holds nothing down here. */
  | 'unpressed';

interface Hand {
  /** When it last said anything of this row, ms. */
  heard: number;
  pointing: boolean;
  press?: 'held' | 'left';
}

/** Hands that are remembered on one row; of more, those that hold nothing down and were silent longest are forgotten. */
export const mostHands = 32;

/** A hand that has said nothing for so long points no more, ms. Visors repeat it ten times a second and oftener. */
export const pointingLasts = 2_000;

/** A press nobody says anything of for so long is forgotten, ms. */
export const pressLasts = 30_000;

/** How long a refusal is to be read, ms. */
export const refusalLasts = 3_000;

/**
 * What the hands of people do to one row. A hand is whatever entity sends: in visors each hand is one of its own.
 *
 * A press acts when it is let go of, unless its hand has pointed elsewhere by then, as buttons of visors do. Who
 * never points, as programs do not, presses and lets go all the same.
 *
 * Pure: every event comes with its time, local monotonic ms, and `expire` says that time has passed.
 */
export class RowTouch {
  /** By entity, in the order in which they were last heard. */
  readonly #hands = new Map<string, Hand>();
  #refusal: { readonly reason: string; readonly until: number } | undefined;

  /** What the row is to show. */
  get touch(): Touch {
    const hands = [...this.#hands.values()];
    return {
      pointed: hands.some(({ pointing }) => pointing),
      pressed: hands.some(({ press }) => press === 'held'),
      ...(this.#refusal && { refusal: this.#refusal.reason }),
    };
  }

  /** When `expire` will change something, if nothing happens before; undefined where time changes nothing. */
  get deadline(): number | undefined {
    const ends = [...this.#hands.values()].map(endOf);
    if (this.#refusal) ends.push(this.#refusal.until);
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  point(entity: string, now: number): void {
    const hand = this.#hear(entity, now);
    hand.pointing = true;
    if (hand.press) hand.press = 'held';
  }

  exit(entity: string): void {
    const hand = this.#hands.get(entity);
    if (hand) this.#leave(entity, hand);
  }

  press(entity: string, now: number): void {
    this.#hear(entity, now).press = 'held';
  }

  release(entity: string, now: number): Release {
    this.expire(now);
    const hand = this.#hands.get(entity);
    if (!hand?.press) return 'unpressed';
    const { press } = hand;
    delete hand.press;
    if (hand.pointing) this.#hear(entity, now);
    else this.#hands.delete(entity);
    return press === 'held' ? 'act' : 'left';
  }

  /** The entity is not in the world any more: what it held is let go of, and does not act. */
  gone(entity: string): void {
    this.#hands.delete(entity);
  }

  /** The newest refusal is the one that is shown. */
  refuse(reason: string, now: number): void {
    this.#refusal = { reason, until: now + refusalLasts };
  }

  /** Nobody is here any more, for the row itself is gone. */
  clear(): void {
    this.#hands.clear();
    this.#refusal = undefined;
  }

  expire(now: number): void {
    for (const [entity, hand] of this.#hands) {
      if (hand.pointing && endOf(hand) <= now) this.#leave(entity, hand);
      if (!hand.pointing && endOf(hand) <= now) this.#hands.delete(entity);
    }
    if (this.#refusal && this.#refusal.until <= now) this.#refusal = undefined;
  }

  #leave(entity: string, hand: Hand): void {
    hand.pointing = false;
    if (hand.press) hand.press = 'left';
    else this.#hands.delete(entity);
  }

  #hear(entity: string, now: number): Hand {
    const hand = this.#hands.get(entity) ?? { heard: now, pointing: false };
    hand.heard = now;
    this.#hands.delete(entity);
    if (this.#hands.size >= mostHands) this.#forgetOne();
    this.#hands.set(entity, hand);
    return hand;
  }

  #forgetOne(): void {
    const idle = [...this.#hands].find(([, { press }]) => press === undefined);
    const [entity] = idle ?? this.#hands.entries().next().value!;
    this.#hands.delete(entity);
  }
}

/** When it points no more, or what it holds down is forgotten. */
function endOf({ heard, pointing }: Hand): number {
  return heard + (pointing ? pointingLasts : pressLasts);
}
