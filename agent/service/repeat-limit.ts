import type { Cancel, Time } from '../time/time.ts';

/** Prints a record; `suppressed` is how many of its kind were kept back since the last one printed. */
export type Print = (suppressed: number) => void;

interface Window {
  readonly end: number;
  newest: Print | undefined;
  suppressed: number;
  cancel: Cancel | undefined;
}

/**
 * Lets one record of a kind through per window. The first goes out at once; of those that follow within the
 * window the newest goes out at its end, with the number of the others.
 */
export class RepeatLimit {
  readonly #time: Time;
  readonly #windowMs: number;
  readonly #windows = new Map<string, Window>();

  constructor(time: Time, windowMs = 60_000) {
    this.#time = time;
    this.#windowMs = windowMs;
  }

  /** `kind` says which records are the same, such as code and thing. */
  offer(kind: string, print: Print): void {
    const now = this.#time.now();
    const window = this.#windows.get(kind);
    if (!window || (now >= window.end && !window.newest)) {
      this.#open(kind, now);
      print(0);
      return;
    }
    if (window.newest) window.suppressed++;
    window.newest = print;
    window.cancel ??= this.#time.after(window.end - now, () => this.#release(kind, window));
  }

  /** Prints what is still kept back. */
  flush(): void {
    for (const window of this.#windows.values()) {
      window.cancel?.();
      window.newest?.(window.suppressed);
    }
    this.#windows.clear();
  }

  #open(kind: string, now: number): void {
    // Windows that ended quietly are only remembered until there are many.
    if (this.#windows.size >= 256)
      for (const [other, { end, newest }] of this.#windows)
        if (end <= now && !newest) this.#windows.delete(other);
    this.#windows.set(kind, {
      end: now + this.#windowMs,
      newest: undefined,
      suppressed: 0,
      cancel: undefined,
    });
  }

  #release(kind: string, { newest, suppressed }: Window): void {
    this.#open(kind, this.#time.now());
    newest?.(suppressed);
  }
}
