import { describe, it } from 'vitest';
import { runVirtualSession } from './virtual-session.ts';

const SEEDS = 1000;
const BATCH = 100;

/** `ENET_SEED=123` replays one seed; `ENET_SEEDS=100000` runs as many. */
const only = process.env.ENET_SEED;
const count = Number(process.env.ENET_SEEDS ?? SEEDS);

function run(seed: number): void {
  try {
    runVirtualSession(seed);
  } catch (error) {
    throw new Error(`seed ${seed} failed; replay it with ENET_SEED=${seed}`, { cause: error });
  }
}

describe('ENet over networks that lose, repeat, reorder, delay and corrupt', () => {
  if (only !== undefined) {
    it(`keeps its promises with seed ${only}`, () => runVirtualSession(Number(only)));
    return;
  }
  for (let first = 1; first <= count; first += BATCH) {
    const last = Math.min(first + BATCH - 1, count);
    it(`keeps its promises with seeds ${first} to ${last}`, () => {
      for (let seed = first; seed <= last; seed++) run(seed);
    });
  }
});
