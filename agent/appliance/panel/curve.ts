/** How far back a curve goes, ms. */
export const curveSpan = 600_000;

interface Bucket {
  sum: number;
  count: number;
}

/** One point of a curve, both from 0 to 1: when, and how high between the least and the greatest. */
export type CurvePoint = readonly [at: number, height: number];

/** The last ten minutes of a number, as the means of so many equal stretches of time. */
export class Curve {
  readonly #stretch: number;
  readonly #points: number;
  /** By the number of its stretch since the clock began. */
  readonly #buckets = new Map<number, Bucket>();

  constructor(points: number) {
    this.#points = points;
    this.#stretch = curveSpan / points;
  }

  /** `time`: ms of the local monotonic clock. */
  add(time: number, value: number): void {
    const number = Math.floor(time / this.#stretch);
    const bucket = this.#buckets.get(number);
    if (bucket) {
      bucket.sum += value;
      bucket.count++;
      return;
    }
    this.#buckets.set(number, { sum: value, count: 1 });
    const oldest = number - this.#points;
    for (const kept of this.#buckets.keys()) if (kept <= oldest) this.#buckets.delete(kept);
  }

  /**
   * Runs of points without a gap, oldest first. Less than `leastSpan` between least and greatest is drawn as what it
   * is: nearly level.
   */
  runs(now: number, leastSpan: number): readonly (readonly CurvePoint[])[] {
    const newest = Math.floor(now / this.#stretch);
    const oldest = newest - this.#points + 1;
    const known = [...this.#buckets].filter(([number]) => number >= oldest && number <= newest);
    const means = known.map(([, { sum, count }]) => sum / count);
    const [least, greatest] = [Math.min(...means), Math.max(...means)];
    const span = Math.max(greatest - least, leastSpan);
    const base = (least + greatest - span) / 2;
    const runs: CurvePoint[][] = [];
    for (let number = oldest; number <= newest; number++) {
      const bucket = this.#buckets.get(number);
      if (!bucket) continue;
      if (!this.#buckets.has(number - 1) || number === oldest) runs.push([]);
      const height = span === 0 ? 0.5 : (bucket.sum / bucket.count - base) / span;
      runs.at(-1)!.push([(number - oldest) / (this.#points - 1), height]);
    }
    return runs;
  }
}
