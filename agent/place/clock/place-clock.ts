import { errorOf, predict } from './error-bound.ts';
import type { Exchange } from './exchange.ts';
import { Filter } from './filter.ts';
import { Probes, type Rejection } from './probes.ts';
import type { Fit } from './regression.ts';
import { SmoothOffset } from './smoothing.ts';
import { StepDetector } from './step-detector.ts';

/** `holdover`: no answer could be used for a while; the clock runs on with the skew it knows. */
export type ClockState = 'unsynchronised' | 'synchronised' | 'holdover';

/** What became of an answer. */
export type AnswerVerdict =
  /** The first that was used, ever or after a holdover. */
  | { readonly outcome: 'synchronised' }
  | { readonly outcome: 'used' }
  /** It contradicts what is known; another that says the same will be believed. */
  | { readonly outcome: 'suspected' }
  /** The place's clock was set anew, as by a restart, and ours has followed: place time may have gone back. */
  | { readonly outcome: 'stepped' }
  | { readonly outcome: 'ignored'; readonly reason: Rejection };

export interface PlaceClockOptions {
  /** Silence after which the clock says that it is holding over, ms. Default 10 s. */
  readonly holdoverAfterMs?: number;
}

/** Corrections up to this many ms are slewed even where the place's clock has jumped: a second does them. */
const largestSlewMs = 50;
/** Largest stamp accepted, seconds either way: beyond it a double cannot tell milliseconds apart. */
const largestStamp = 2 ** 40;

/**
 * The place's clock as far as it can be known here. Takes moments of the local monotonic clock in milliseconds and
 * what places answer to probes (protocol document, clock sync packet); owns no timer and sends nothing.
 * Best probed once a second. Cost and memory do not grow with time.
 */
export class PlaceClock {
  readonly #probes = new Probes();
  readonly #filter = new Filter();
  readonly #steps = new StepDetector();
  readonly #smooth = new SmoothOffset();
  readonly #holdoverAfterMs: number;
  #fit: Fit | undefined;
  #roundTripMs: number | undefined;

  constructor({ holdoverAfterMs = 10_000 }: PlaceClockOptions = {}) {
    this.#holdoverAfterMs = holdoverAfterMs;
  }

  /** Notes that a probe leaves now. Returns what it must carry as `client_clock`, seconds. */
  probe(nowMs: number): number {
    this.#probes.send(nowMs);
    return nowMs / 1e3;
  }

  /** Takes an answer: the echoed `client_clock` and the place's `server_clock`, seconds. Whatever they are, never throws. */
  answer(clientClock: number, serverClock: number, nowMs: number): AnswerVerdict {
    if (!(Math.abs(serverClock) <= largestStamp)) return { outcome: 'ignored', reason: 'not_finite' };
    const match = this.#probes.match(clientClock * 1e3, nowMs);
    if ('rejection' in match) return { outcome: 'ignored', reason: match.rejection };
    this.#roundTripMs = nowMs - match.sent;
    return this.#learn({ sent: match.sent, received: nowMs, stamp: serverClock * 1e3 });
  }

  state(nowMs: number): ClockState {
    if (!this.#fit) return 'unsynchronised';
    return nowMs - this.#fit.at > this.#holdoverAfterMs ? 'holdover' : 'synchronised';
  }

  /** The place's clock now, seconds. It goes back at no time except when an answer `stepped` it. */
  placeTime(nowMs: number): number | undefined {
    return this.toPlaceTime(nowMs);
  }

  /**
   * The place's clock at any local moment, seconds: for the last minute what `placeTime` said then, for moments
   * before that (or before the first answer, or the last step) what it would have said.
   */
  toPlaceTime(monotonicMs: number): number | undefined {
    return this.#fit && (monotonicMs + this.#smooth.at(monotonicMs)) / 1e3;
  }

  /** Furthest `placeTime` can be from the truth, seconds; infinite until synchronised. */
  errorBound(nowMs: number): number {
    if (!this.#fit) return Number.POSITIVE_INFINITY;
    return errorOf(this.#smooth.at(nowMs), predict(this.#fit, nowMs)) / 1e3;
  }

  /** Place clock minus local clock as last estimated, seconds. */
  get offset(): number | undefined {
    return this.#fit && this.#fit.estimate / 1e3;
  }

  /** How much faster the place's clock runs than the local one, millionths. */
  get skewPpm(): number | undefined {
    return this.#fit && this.#fit.rate * 1e6;
  }

  /** From probe to answer, the last time, seconds. */
  get roundTrip(): number | undefined {
    return this.#roundTripMs === undefined ? undefined : this.#roundTripMs / 1e3;
  }

  /** What the place's stamps are seen to be cut to, seconds; 0 where they are exact. */
  get stampResolution(): number {
    return this.#filter.resolution / 1e3;
  }

  #learn(exchange: Exchange): AnswerVerdict {
    const known = this.#fit;
    const now = exchange.received;
    if (!known) {
      this.#take(this.#filter.add(exchange), 'step');
      return { outcome: 'synchronised' };
    }
    const judgement = this.#steps.judge(exchange, this.#filter.resolution, predict(known, now));
    if (judgement === 'suspected') return { outcome: 'suspected' };
    const resumed = this.state(now) === 'holdover';
    if (judgement === 'expected') {
      this.#take(this.#filter.add(exchange), 'slew');
      return { outcome: resumed ? 'synchronised' : 'used' };
    }
    const found = this.#filter.restart(this.#steps.take());
    const stepped = Math.abs(found.estimate - this.#smooth.at(now)) > largestSlewMs;
    this.#take(found, stepped ? 'step' : 'slew');
    return { outcome: stepped ? 'stepped' : resumed ? 'synchronised' : 'used' };
  }

  #take(found: Fit, how: 'slew' | 'step'): void {
    this.#fit = found;
    if (how === 'step') this.#smooth.stepTo(found.at, found.estimate, found.rate);
    else this.#smooth.slewTo(found.at, found.estimate, found.rate);
  }
}
