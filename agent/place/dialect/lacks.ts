import type { Dialect } from '../../wire/dialect.ts';

const offers: readonly (readonly [what: string, has: (dialect: Dialect) => boolean])[] = [
  ['entities beside the avatar', ({ spawns }) => spawns],
  ['sound', ({ mediaTo }) => mediaTo !== 'nobody'],
  ['a clock', ({ channels }) => channels.clock !== undefined],
  ['assets', ({ channels }) => channels.assets !== undefined],
  ['publications', ({ publications }) => publications === 'delivered'],
];

/** What an agent has to do without in places of this dialect, for people. */
export function lacksOf(dialect: Dialect): string[] {
  return offers.filter(([, has]) => !has(dialect)).map(([what]) => what);
}
