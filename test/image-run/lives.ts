import type { HeardReading } from './place.ts';

interface Verdict {
  readonly good: boolean;
  readonly figures: string;
}

type Counted = Pick<HeardReading, 'thing' | 'property' | 'seq'>;

/** Judges how readings are counted, in each life of an appliance and from one life to the next. */
export function judgeLives(lives: readonly (readonly Counted[])[]): {
  readonly inLife: Verdict;
  readonly acrossLives: Verdict;
} {
  const perLife = lives.map(byProperty);
  const total = lives.reduce((sum, life) => sum + life.length, 0);
  const gaps = perLife.flatMap((life, index) =>
    [...life].flatMap(([name, seqs]) =>
      seqs.flatMap((seq, at) =>
        at > 0 && seq !== seqs[at - 1]! + 1
          ? [`${name} in life ${index + 1}: ${seqs[at - 1]}, then ${seq}`]
          : [],
      ),
    ),
  );
  const told = new Map<string, Set<number>>();
  let again = 0;
  for (const life of perLife) {
    for (const [name, seqs] of life) {
      const before = told.get(name) ?? new Set();
      again += new Set(seqs.filter((seq) => before.has(seq))).size;
      told.set(name, new Set([...before, ...seqs]));
    }
  }
  return {
    inLife: {
      good: gaps.length === 0,
      figures: `${total} readings in ${lives.length} lives${gaps.length > 0 ? `; ${gaps.slice(0, 3).join('; ')}` : ''}`,
    },
    acrossLives: {
      good: again === 0,
      figures:
        again === 0
          ? `${total} readings in ${lives.length} lives`
          : `${again} of ${total} numbers were told in an earlier life already: seq counts from 1 after each start, for another avatar`,
    },
  };
}

function byProperty(life: readonly Counted[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { thing, property, seq } of life) {
    const name = `${thing}.${property}`;
    found.set(name, [...(found.get(name) ?? []), seq]);
  }
  return found;
}
