/** A place, a network and a local quartz in virtual time, to see what the clock makes of them. */
import { seededRandom } from '../../agent/enet/index.ts';
import { PlaceClock } from '../../agent/place/clock/place-clock.ts';

/** Draws the delay of one packet on one way, ms. Both ways draw by themselves. */
export type Network = (random: () => number) => number;

const exponential = (random: () => number, mean: number) => -mean * Math.log(1 - random());
const between = (random: () => number, low: number, high: number) => low + (high - low) * random();

export const networks = {
  wired: (random) => between(random, 0.1, 0.2),
  'quiet Wi-Fi': (random) => (random() < 0.02 ? between(random, 20, 80) : 1 + exponential(random, 1.5)),
  'busy Wi-Fi': (random) => (random() < 0.05 ? between(random, 50, 250) : 2 + exponential(random, 8)),
} satisfies Record<string, Network>;

export interface SimulationOptions {
  readonly network: Network;
  readonly seed: number;
  readonly minutes?: number;
  /** Share of probes (or their answers) that never arrive. */
  readonly loss?: number;
  /** Grid the place cuts its stamps to, ms; 0: exact. */
  readonly truncation?: number;
  /** How much slower the local clock runs than the place's, millionths. */
  readonly driftPpm?: number;
  /** The drift swings by so much either way, as a sine of twenty minutes. */
  readonly wanderPpm?: number;
  /** Every five minutes nothing is answered for so long, ms. */
  readonly silenceMs?: number;
}

/** All in milliseconds. */
export interface Figures {
  /** Of the place clock against the truth, after the first two minutes. */
  readonly error: { readonly median: number; readonly p99: number };
  /** Of the published bound, after the first two minutes. */
  readonly bound: { readonly median: number; readonly p99: number };
  /** Share of all samples, from the first answer on, in which the truth was within the published bound. */
  readonly covered: number;
  /** Most by which the error grew in one silence. */
  readonly holdover: number;
}

const secondMs = 1_000;
const settlingMs = 120 * secondMs;
const silenceEveryMs = 300 * secondMs;
const wanderPeriodMs = 1_200 * secondMs;
const samplesPerSecond = 4;

/** The place's clock by the local one, ms: what the clock has to find out. */
export function placeTruth(offsetMs: number, driftPpm: number, wanderPpm = 0): (localMs: number) => number {
  const turn = (2 * Math.PI) / wanderPeriodMs;
  return (localMs) =>
    localMs +
    offsetMs +
    driftPpm * 1e-6 * localMs +
    (wanderPpm * 1e-6 * (1 - Math.cos(turn * localMs))) / turn;
}

export function simulate(options: SimulationOptions): Figures {
  const { network, seed, minutes = 62, loss = 0, truncation = 0, driftPpm = 20, wanderPpm = 0 } = options;
  const random = seededRandom(seed);
  const truth = placeTruth(random() * 1e8, driftPpm, wanderPpm);
  const clock = new PlaceClock();
  const started = random() * 1e6;
  const errors: number[] = [];
  const bounds: number[] = [];
  let [samples, covered, holdover, errorBefore] = [0, 0, 0, 0];

  const errorAt = (localMs: number) => Math.abs(clock.placeTime(localMs)! * 1e3 - truth(localMs));
  const look = (localMs: number) => {
    if (clock.state(localMs) === 'unsynchronised') return;
    const error = errorAt(localMs);
    const bound = clock.errorBound(localMs) * 1e3;
    samples++;
    if (error <= bound) covered++;
    if (localMs - started < settlingMs) return;
    errors.push(error);
    bounds.push(bound);
  };

  for (let second = 0; second < minutes * 60; second++) {
    const sent = started + second * secondMs;
    const stamped = sent + network(random);
    const received = stamped + network(random);
    const silence = second * secondMs >= settlingMs ? (second * secondMs) % silenceEveryMs : Number.NaN;
    if (silence === 0) errorBefore = errorAt(sent);
    if (silence === options.silenceMs) holdover = Math.max(holdover, errorAt(sent) - errorBefore);
    const lost = random() < loss || silence < (options.silenceMs ?? 0);
    const moments = Array.from({ length: samplesPerSecond }, () => sent + random() * secondMs).sort(
      (a, b) => a - b,
    );

    const carried = clock.probe(sent);
    for (const moment of moments) if (moment < received) look(moment);
    if (!lost) clock.answer(carried, cut(truth(stamped), truncation) / 1e3, received);
    for (const moment of moments) if (moment >= received) look(moment);
  }
  return {
    error: quantiles(errors),
    bound: quantiles(bounds),
    covered: covered / samples,
    holdover,
  };
}

export function cut(ms: number, grid: number): number {
  return grid === 0 ? ms : Math.floor(ms / grid) * grid;
}

function quantiles(values: readonly number[]): { median: number; p99: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { median: at(0.5), p99: at(0.99) };
}
