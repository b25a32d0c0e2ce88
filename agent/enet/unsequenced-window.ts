import { sequenceAfter } from './sequence.ts';

const WINDOW_GROUPS = 1024;
const FREE_WINDOWS = 32;

/** Tells unsequenced packets that were here before from new ones, by their 16-bit group numbers. */
export class UnsequencedWindow {
  #start = 0;
  readonly #seen = new Uint32Array(WINDOW_GROUPS / 32);

  check(group: number): 'new' | 'duplicate' | 'window' {
    const unwrapped = group < this.#start ? group + 0x10000 : group;
    if (unwrapped >= this.#start + FREE_WINDOWS * WINDOW_GROUPS) return 'window';
    const index = group % WINDOW_GROUPS;
    if (group - index !== this.#start) return 'new';
    return this.#seen[index >>> 5]! & (1 << (index & 31)) ? 'duplicate' : 'new';
  }

  /** Remembers a group that is new. One of another window makes that the current one. */
  mark(group: number): void {
    const index = group % WINDOW_GROUPS;
    if (group - index !== this.#start) {
      this.#start = group - index;
      this.#seen.fill(0);
    }
    this.#seen[index >>> 5]! |= 1 << (index & 31);
  }
}

/** Numbers the unsequenced packets of one peer. */
export class UnsequencedGroups {
  #last = 0;

  next(): number {
    this.#last = sequenceAfter(this.#last, 1);
    return this.#last;
  }
}
