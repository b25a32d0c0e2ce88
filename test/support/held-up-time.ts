import type { Cancel, Time } from '../../agent/time/time.ts';
import type { VirtualTime } from '../../agent/time/virtual-time.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  cancel: Cancel;
}

/** Virtual time as a process sees it that is held up now and then: timers are late, and all those due come at once. */
export class HeldUpTime implements Time {
  readonly #time: VirtualTime;
  readonly #timers = new Set<Timer>();
  #heldUp = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  now(): number {
    return this.#time.now() + this.#heldUp;
  }

  after(ms: number, callback: () => void): Cancel {
    const timer: Timer = { due: this.now() + Math.max(0, ms), callback, cancel: () => undefined };
    this.#timers.add(timer);
    this.#set(timer);
    return () => this.#drop(timer);
  }

  /** Nothing happens for so many ms, and then whatever was due. */
  holdUp(ms: number): void {
    this.#heldUp += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.due - b.due)) {
      if (!this.#timers.has(timer)) continue;
      timer.cancel();
      if (timer.due <= this.now()) this.#fire(timer);
      else this.#set(timer);
    }
  }

  #set(timer: Timer): void {
    timer.cancel = this.#time.after(timer.due - this.now(), () => this.#fire(timer));
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    timer.callback();
  }

  #drop(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
  }
}
