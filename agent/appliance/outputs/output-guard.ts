import type { OutputPolicy, Value } from '../../../devices/thing.ts';
import type { Cancel, Time } from '../../time/time.ts';

export type GuardReason = 'max_on' | 'on_disconnect' | 'on_stop';

export interface OutputGuardOptions {
  readonly policy: OutputPolicy;
  readonly time: Time;
  /** Switches the output; may reject, which the guard leaves to it to report. */
  readonly write: (on: boolean, why: GuardReason) => Promise<void>;
}

/** How soon a switching that failed is tried again, ms. */
const retryAfter = 1_000;

/**
 * Keeps an output within its policy when nobody is there to say: the longest time it may be on, and what
 * becomes of it when the place is lost or the daemon stops. It never switches an output on a rejoin.
 */
export class OutputGuard {
  readonly #policy: OutputPolicy;
  readonly #time: Time;
  readonly #write: OutputGuardOptions['write'];
  #cancel: Cancel | undefined;
  #placeLost = false;
  #cancelRetry: Cancel = () => {};
  #stopping = false;

  constructor({ policy, time, write }: OutputGuardOptions) {
    this.#policy = policy;
    this.#time = time;
    this.#write = write;
  }

  /** Called with every value the output is seen to have; its time on counts from the first `true`. */
  seen(value: Value | null): void {
    if (value !== true) this.#disarm();
    else if (this.#policy.maxOn !== undefined && !this.#cancel && !this.#stopping)
      this.#arm(this.#policy.maxOn);
  }

  /** Tries on while it fails, until the place is back: hardware and place may have gone by the same cause. */
  async placeLost(): Promise<void> {
    this.#placeLost = true;
    try {
      await this.#apply(this.#policy.onDisconnect, 'on_disconnect');
    } catch {
      if (!this.#placeLost || this.#stopping) return;
      this.#cancelRetry = this.#time.after(retryAfter, () => void this.placeLost());
    }
  }

  placeJoined(): void {
    this.#placeLost = false;
    this.#cancelRetry();
  }

  /** `keep`: the output is not to notice, whatever the policy says. */
  stopping(keep = false): Promise<void> {
    this.#stopping = true;
    this.#disarm();
    this.#cancelRetry();
    return this.#apply(keep ? 'keep' : this.#policy.onStop, 'on_stop');
  }

  #arm(ms: number): void {
    this.#cancel = this.#time.after(ms, () => {
      this.#arm(retryAfter);
      this.#write(false, 'max_on').catch(() => {});
    });
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #apply(what: 'on' | 'off' | 'keep', why: GuardReason): Promise<void> {
    if (what !== 'keep') await this.#write(what === 'on', why);
  }
}
