import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceMerge } from '../../../test/support/reference-patch.ts';
import type { Json } from '../../wire/json.ts';
import { mergePatch } from './merge-patch.ts';
import { PatchBudget } from './patch-budget.ts';

const plenty = () => new PatchBudget(1e6);

const key = fc.constantFrom('a', 'b', 'c', 'toString', 'constructor');
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, 0, 1, '', 'x', true),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('a merge patch', () => {
  it.each<[Json, Json, Json]>([
    // The examples of RFC 7396, appendix A.
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j makes %j', (target, patch, expected) => {
    expect(mergePatch(target, patch, plenty())).toEqual(expected);
  });

  it('does what the straightforward implementation does, and leaves its target alone', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify(target);
        expect(mergePatch(target, patch, plenty())).toEqual(referenceMerge(target, patch));
        expect(JSON.stringify(target)).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('shares what did not change', () => {
    const target = { a: { x: 1 }, b: { y: [1] } };
    const result = mergePatch(target, { a: { x: 2 } }, plenty()) as typeof target;
    expect(result.b).toBe(target.b);
    expect(mergePatch(target, { a: { x: 1, z: null } }, plenty())).toBe(target);
  });

  it('is not carried out where copying costs more than the budget has', () => {
    const wide = { a: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, 0])) };
    expect(mergePatch(wide, { a: { k1: 1 } }, new PatchBudget(101))).toMatchObject({ a: { k1: 1, k2: 0 } });
    expect(mergePatch(wide, { a: { k1: 1 } }, new PatchBudget(100))).toBeUndefined();
    expect(mergePatch(wide, { a: { k1: 0 }, b: null }, new PatchBudget(0))).toBe(wide);
  });
});
