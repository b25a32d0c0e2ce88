import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencePatch } from '../../../test/support/reference-patch.ts';
import type { Json } from '../../wire/json.ts';
import type { PatchOperation } from '../../wire/state.ts';
import { applyOperation, DEEPEST } from './json-patch.ts';
import { PatchBudget } from './patch-budget.ts';

function applyAll(
  document: Json,
  operations: readonly PatchOperation[],
  budget = new PatchBudget(1e6),
): Json | undefined {
  let result: Json | undefined = document;
  for (const operation of operations) {
    result = applyOperation(result, operation, budget);
    if (result === undefined) return undefined;
  }
  return result;
}

describe('JSON patch operations', () => {
  it.each<[string, Json, PatchOperation[], Json | undefined]>([
    // The examples of RFC 6902, appendix A.
    [
      'A.1 adds a member',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz', value: 'qux' }],
      { baz: 'qux', foo: 'bar' },
    ],
    [
      'A.2 adds an item',
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    ['A.3 removes a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    [
      'A.4 removes an item',
      { foo: ['bar', 'qux', 'baz'] },
      [{ op: 'remove', path: '/foo/1' }],
      { foo: ['bar', 'baz'] },
    ],
    [
      'A.5 replaces a value',
      { baz: 'qux', foo: 'bar' },
      [{ op: 'replace', path: '/baz', value: 'boo' }],
      { baz: 'boo', foo: 'bar' },
    ],
    [
      'A.6 moves a value',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      'A.7 moves an item',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      'A.8 tests and finds',
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    ['A.9 tests and fails', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }], undefined],
    [
      'A.10 adds a nested object',
      { foo: 'bar' },
      [{ op: 'add', path: '/child', value: { grandchild: {} } }],
      { foo: 'bar', child: { grandchild: {} } },
    ],
    [
      'A.12 cannot add into nothing',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz/bat', value: 'qux' }],
      undefined,
    ],
    [
      'A.14 unescapes ~',
      { '/': 9, '~1': 10 },
      [{ op: 'test', path: '/~01', value: 10 }],
      { '/': 9, '~1': 10 },
    ],
    [
      'A.15 tells a string from a number',
      { '/': 9, '~1': 10 },
      [{ op: 'test', path: '/~01', value: '10' }],
      undefined,
    ],
    [
      'A.16 appends',
      { foo: ['bar'] },
      [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
      { foo: ['bar', ['abc', 'def']] },
    ],
    ['copies', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    ['replaces the document', { a: 1 }, [{ op: 'add', path: '', value: [1] }], [1]],
    [
      'does not move a value into itself',
      { a: { b: 1 } },
      [{ op: 'move', from: '/a', path: '/a/b' }],
      undefined,
    ],
    ['does not take 01 for an index', [1, 2], [{ op: 'remove', path: '/01' }], undefined],
    ['does not add past the end', [1], [{ op: 'add', path: '/2', value: 1 }], undefined],
    ['does not find inherited members', {}, [{ op: 'remove', path: '/toString' }], undefined],
    ['refuses a prototype', {}, [{ op: 'add', path: '/__proto__', value: {} }], undefined],
    ['refuses a bad escape', { 'a~2': 1 }, [{ op: 'remove', path: '/a~2' }], undefined],
    ['refuses a pointer without slash', { a: 1 }, [{ op: 'remove', path: 'a' }], undefined],
  ])('%s', (_name, document, operations, expected) => {
    expect(applyAll(document, operations)).toEqual(expected);
  });

  it('do what the straightforward implementation does, and leave the document alone', () => {
    const token = fc.constantFrom('a', 'b', '~1', '0', '1', '2', '-', '01');
    const path = fc.array(token, { maxLength: 3 }).map((tokens) => tokens.map((t) => `/${t}`).join(''));
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Json>(null, 0, 'x'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', '/', '0'), tie('json'), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
      ),
    }));
    const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
      fc.record({ op: fc.constantFrom('add', 'replace'), path, value: json }),
      fc.record({ op: fc.constantFrom('move', 'copy'), path, from: path }),
      fc.record({ op: fc.constant('remove'), path }),
    );
    fc.assert(
      fc.property(json, fc.array(operation, { maxLength: 4 }), (document, operations) => {
        const before = JSON.stringify(document);
        expect(applyAll(document, operations)).toEqual(referencePatch(document, operations));
        expect(JSON.stringify(document)).toBe(before);
      }),
      { numRuns: 3000 },
    );
  });

  it('test equality as RFC 6902 means it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        expect(applyAll([json], [{ op: 'test', path: '/0', value: json }])).toEqual([json]);
        expect(applyAll([json], [{ op: 'test', path: '/0', value: [json] }])).toBeUndefined();
      }),
    );
  });
});

describe('what a patch may cost', () => {
  it('stops a value that doubles itself', () => {
    const doubling = Array.from({ length: 100 }, (_, i): PatchOperation => {
      const path = `/a${'/x'.repeat(i + 1)}`;
      return { op: 'copy', from: '/a', path };
    });
    expect(applyAll({ a: { y: 1 } }, doubling)).toBeUndefined();
  });

  it('stops a long list that is copied for each of many operations', () => {
    const list = Array.from({ length: 10_000 }, () => 0);
    const inserts = Array.from(
      { length: 1_000 },
      (): PatchOperation => ({ op: 'add', path: '/0', value: 1 }),
    );
    expect(applyAll(list, inserts)).toBeUndefined();
  });

  it('stops nesting at a depth that everything else can walk', () => {
    const deepen = (n: number) =>
      Array.from({ length: n }, (): PatchOperation[] => [
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'add', path: '/a', value: {} },
        { op: 'move', from: '/b', path: '/a/x' },
      ]).flat();
    expect(applyAll({ a: {} }, deepen(DEEPEST - 2))).toBeDefined();
    expect(applyAll({ a: {} }, deepen(DEEPEST))).toBeUndefined();
  });
});
