import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer } from './framer.ts';

describe('Framer', () => {
  it('gives the same samples whatever way the bytes were cut', () => {
    fc.assert(
      fc.property(
        fc.int16Array({ maxLength: 300 }),
        fc.array(fc.integer({ min: 0, max: 41 })),
        (samples, cuts) => {
          const frames = framesOf(new Uint8Array(samples.buffer), cuts, 10);
          expect(frames.every((frame) => frame.length === 10)).toBe(true);
          expect(frames.flatMap((frame) => [...frame])).toEqual([...samples].slice(0, frames.length * 10));
          expect(frames.length).toBe(Math.floor(samples.length / 10));
        },
      ),
    );
  });

  it('counts what waits for the rest of its frame, half a sample too', () => {
    const framer = new Framer(10);
    framer.push(new Uint8Array(25), () => undefined);
    expect(framer.pending).toBe(2.5);
  });

  it('gives every frame its own memory', () => {
    const [first, second] = framesOf(new Uint8Array(40), [], 10);
    first?.fill(7);
    expect([...(second ?? [])]).toEqual(Array(10).fill(0));
  });
});

/** Pushes `bytes` cut into pieces of the lengths `cuts`, the rest in one. */
function framesOf(bytes: Uint8Array, cuts: readonly number[], length: number): Int16Array[] {
  const framer = new Framer(length);
  const frames: Int16Array[] = [];
  let position = 0;
  for (const cut of [...cuts, bytes.length]) {
    framer.push(bytes.subarray(position, position + cut), (samples) => frames.push(samples));
    position += cut;
  }
  return frames;
}
