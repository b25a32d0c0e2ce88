/** Grids that places cut their stamps to, ms, coarsest first. */
const grids = [1000, 100, 10, 1];
/** A stamp is on a grid when it is as near as this, ms: beyond what a double of an epoch in seconds can lose. */
const toleranceMs = 0.001;
/** Stamps that must agree on a grid coarser than a millisecond: one alone is on it too often by chance. */
const evidence = 8;

/**
 * Finds out how coarse the place's stamps are. Places written in C cut theirs to whole milliseconds, so that
 * they are half a millisecond early on average; others do not.
 */
export class StampResolution {
  #count = 0;
  #grid = 0;

  /** Milliseconds by which the truth may be later than the stamp; 0 for exact stamps. */
  get ms(): number {
    const grid = grids[this.#grid] ?? 0;
    return this.#count < evidence ? Math.min(grid, 1) : grid;
  }

  add(stampMs: number): void {
    this.#count++;
    while (this.#grid < grids.length && !isOn(grids[this.#grid]!, stampMs)) this.#grid++;
  }
}

function isOn(grid: number, stampMs: number): boolean {
  return Math.abs(stampMs - Math.round(stampMs / grid) * grid) < toleranceMs;
}
