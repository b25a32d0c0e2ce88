/** Probes that may be under way at once; a place that answers later than this many seconds is not heard. */
const capacity = 16;
/** How far an echoed time may have been rounded on its way through another JSON library, ms. */
const echoToleranceMs = 0.01;

/** Why an answer was not used; counted by these names. */
export type Rejection = 'not_finite' | 'from_the_future' | 'never_sent' | 'duplicate' | 'late';

interface Probe {
  readonly sent: number;
  answered: boolean;
}

/** The probes under way: which answers can be true. */
export class Probes {
  readonly #probes: Probe[] = [];

  send(nowMs: number): void {
    this.#probes.push({ sent: nowMs, answered: false });
    if (this.#probes.length > capacity) this.#probes.shift();
  }

  /** When the probe that is echoed as `echoMs` was sent, or why the echo is of no use. */
  match(echoMs: number, nowMs: number): { sent: number } | { rejection: Rejection } {
    if (!Number.isFinite(echoMs)) return { rejection: 'not_finite' };
    if (echoMs > nowMs + echoToleranceMs) return { rejection: 'from_the_future' };
    const index = this.#probes.findIndex(({ sent }) => Math.abs(sent - echoMs) <= echoToleranceMs);
    const probe = this.#probes[index];
    if (!probe) return { rejection: 'never_sent' };
    if (probe.sent > nowMs) return { rejection: 'from_the_future' };
    if (probe.answered) return { rejection: 'duplicate' };
    if (this.#probes.some(({ answered }, i) => answered && i > index)) return { rejection: 'late' };
    probe.answered = true;
    return { sent: probe.sent };
  }
}
