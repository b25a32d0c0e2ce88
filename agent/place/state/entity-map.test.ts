import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityMap } from './entity-map.ts';

describe('a map of entities', () => {
  it('holds what a plain map holds, at any size', () => {
    const id = fc.integer({ min: 0, max: 300 }).map(String);
    const step = fc.tuple(id, fc.option(fc.integer()));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const plain = new Map<string, number>();
        let map = EntityMap.empty;
        for (const [key, value] of steps) {
          if (value === null) plain.delete(key);
          else plain.set(key, value);
          map = value === null ? map.without(key) : map.with(key, value);
        }
        expect(map.size).toBe(plain.size);
        expect(map.toObject()).toEqual(Object.fromEntries(plain));
        for (const [key] of steps) expect(map.get(key)).toBe(plain.get(key));
      }),
    );
  });

  it('never changes: what was made from it is another', () => {
    const one = EntityMap.from({ a: 1, b: 2 });
    const two = one.with('a', 3).without('b').with('c', 4);
    expect(one.toObject()).toEqual({ a: 1, b: 2 });
    expect(two.toObject()).toEqual({ a: 3, c: 4 });
  });

  it('knows what differs from another', () => {
    const one = EntityMap.from(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`e${i}`, i])));
    const two = one.with('e7', -1).without('e8').with('new', 1);
    expect(two.differences(one)).toEqual(['e7', 'e8', 'new']);
    expect(one.differences(two)).toEqual(['e7', 'e8', 'new']);
    expect(one.differences(one)).toEqual([]);
  });

  it('is the same map if nothing changes', () => {
    const map = EntityMap.from({ a: 1 });
    expect(map.with('a', 1)).toBe(map);
    expect(map.without('b')).toBe(map);
  });
});
