/** So many wrong proofs within the window lock. */
export const wrongProofs = 20;
/** ms */
const window = 60_000;
/** ms */
const lockedFor = 60_000;

/** Locks control for a minute once too many wrong proofs came within one, from whomever: names can be borrowed. */
export class Lockout {
  #wrong: number[] = [];
  #until = 0;

  /** Until when control is locked, ms; undefined where it is not. */
  lockedUntil(now: number): number | undefined {
    return now < this.#until ? this.#until : undefined;
  }

  /** Counts a wrong proof; true where it was the one that locks. */
  wrong(now: number): boolean {
    this.#wrong = [...this.#wrong.filter((at) => at > now - window), now];
    if (this.#wrong.length < wrongProofs) return false;
    this.#wrong = [];
    this.#until = now + lockedFor;
    return true;
  }
}
