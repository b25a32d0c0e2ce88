import { ReliableWindows } from './reliable-windows.ts';
import { sequenceAfter } from './sequence.ts';

/** Unreliable numbers run out here; until the next reliable packet they are sent reliably. */
const LAST_UNRELIABLE = 0xffff;

/** Numbers what is sent on one channel. */
export class OutgoingChannel {
  readonly windows = new ReliableWindows();
  #reliable = 0;
  #unreliable = 0;

  /** Number of the last reliable command, which unreliable ones refer to. */
  get reliableSequence(): number {
    return this.#reliable;
  }

  get unreliableSpent(): boolean {
    return this.#unreliable === LAST_UNRELIABLE;
  }

  nextReliable(): number {
    this.#reliable = sequenceAfter(this.#reliable, 1);
    this.#unreliable = 0;
    return this.#reliable;
  }

  nextUnreliable(): number {
    return ++this.#unreliable;
  }
}
