import type { Value } from '../thing.ts';
import type { Waveform } from './schema.ts';

/** Numbers from 0 to 1, 1 excluded; `Math.random` is one. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, the same numbers for the same seed on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A source of values; each call gives the value at `elapsedMs` since the start. */
export type Signal = (elapsedMs: number) => Value;

/** Share of the whole range that one step of a walk covers at most. */
const longestStep = 0.02;

export function signalOf(waveform: Waveform, random: Random): Signal {
  const { shape, min, max, period } = waveform;
  const range = max - min;
  const round = rounding(range);
  const phase = (elapsedMs: number) => (elapsedMs % period) / period;
  switch (shape) {
    case 'toggle':
      return (elapsedMs) => phase(elapsedMs) < 0.5;
    case 'square':
      return (elapsedMs) => (phase(elapsedMs) < 0.5 ? max : min);
    case 'sine':
      return (elapsedMs) => round(min + range * (0.5 + 0.5 * Math.sin(2 * Math.PI * phase(elapsedMs))));
    case 'walk': {
      let value = min + range * (0.25 + 0.5 * random());
      return () => {
        value += (2 * random() - 1) * longestStep * range;
        // Turns back at the ends rather than staying there.
        if (value > max) value = 2 * max - value;
        if (value < min) value = 2 * min - value;
        return round(value);
      };
    }
  }
}

/** To a thousandth of the range or finer, so that values read like measurements. */
function rounding(range: number): (value: number) => number {
  const digits = Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(range))));
  return (value) => Number(value.toFixed(digits));
}
