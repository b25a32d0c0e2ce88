import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceMerge, referencePatch } from '../../../test/support/reference-patch.ts';
import type { Json, JsonObject } from '../../wire/json.ts';
import { LAST_REVISION, type PatchOperation, type StatePacket } from '../../wire/state.ts';
import { isOlder, REVISIONS_KEPT, StateHistory } from './history.ts';

const lamp: JsonObject = { lamp: { id: 'lamp', components: { text: { string: 'off' } } } };

function set(revision: number, entities: JsonObject = lamp): StatePacket {
  return { style: 'set', revision, entities };
}

function merge(from: number, revision: number, entities: JsonObject): StatePacket {
  return { style: 'merge', from, revision, entities };
}

function apply(from: number, revision: number, ...operations: PatchOperation[]): StatePacket {
  return { style: 'apply', from, revision, operations };
}

function historyOf(...packets: StatePacket[]): StateHistory {
  const history = new StateHistory();
  for (const packet of packets) history.receive(packet, 100);
  return history;
}

describe('the history of the state', () => {
  it('asks for the whole state until it has one', () => {
    const history = new StateHistory();
    expect(history.acknowledged).toBe(0);
    expect(history.receive(merge(3, 4, lamp), 10)).toBe('unknown-base');
    expect(history.acknowledged).toBe(0);
    expect(history.receive(set(5), 10)).toBe('applied');
    expect(history.acknowledged).toBe(5);
    expect(history.entities.toObject()).toEqual(lamp);
  });

  it('patches from any of the revisions it keeps, not only the newest', () => {
    const history = historyOf(
      set(1),
      merge(1, 2, { two: { id: 'two' } }),
      merge(1, 3, { three: { id: 'three' } }),
    );
    expect(Object.keys(history.entities.toObject()).sort()).toEqual(['lamp', 'three']);
    expect(history.acknowledged).toBe(3);
  });

  it('keeps 64 of them', () => {
    const patches = Array.from({ length: REVISIONS_KEPT - 1 }, (_, i) => merge(i + 1, i + 2, {}));
    const history = historyOf(set(1), ...patches);
    expect(history.receive(merge(1, 100, {}), 10)).toBe('applied');
    expect(history.receive(merge(1, 101, {}), 10)).toBe('unknown-base');
    expect(history.acknowledged).toBe(0);
  });

  it('recovers from a patch it cannot carry out with the next whole state', () => {
    const history = historyOf(set(1));
    expect(history.receive(apply(1, 2, { op: 'remove', path: '/entities/nobody' }), 10)).toBe('failed');
    expect(history.acknowledged).toBe(0);
    expect(history.revision).toBe(1);
    expect(history.receive(set(3), 10)).toBe('applied');
    expect(history.acknowledged).toBe(3);
  });

  it('carries out a patch whole or not at all', () => {
    const history = historyOf(set(1));
    const patch = apply(
      1,
      2,
      { op: 'remove', path: '/entities/lamp' },
      { op: 'test', path: '/revision', value: 9 },
    );
    expect(history.receive(patch, 10)).toBe('failed');
    expect(history.entities.toObject()).toEqual(lamp);
  });

  it('takes operations on entities, on all of them, and on the revision', () => {
    const history = historyOf(
      set(1),
      apply(
        1,
        2,
        { op: 'test', path: '/revision', value: 1 },
        { op: 'replace', path: '/revision', value: 2 },
        { op: 'copy', from: '/entities/lamp', path: '/entities/other' },
        { op: 'replace', path: '/entities/other/components/text/string', value: 'on' },
      ),
      apply(2, 3, { op: 'replace', path: '/entities', value: { new: { id: 'new' } } }),
    );
    expect(history.entities.toObject()).toEqual({ new: { id: 'new' } });
    expect(history.revision).toBe(3);
    expect(history.receive(apply(3, 4, { op: 'replace', path: '/entities', value: 1 }), 10)).toBe('failed');
  });

  it('does not go back to an older revision that arrives late', () => {
    const history = historyOf(set(1), merge(1, 3, { lamp: null }));
    expect(history.receive(merge(1, 2, { late: {} }), 10)).toBe('stale');
    expect(history.acknowledged).toBe(3);
  });

  it('goes on when revisions wrap', () => {
    const history = historyOf(set(LAST_REVISION - 1), merge(LAST_REVISION - 1, LAST_REVISION, {}));
    expect(history.receive(merge(LAST_REVISION, 0, { lamp: null }), 10)).toBe('applied');
    expect(history.receive(merge(0, 1, lamp), 10)).toBe('applied');
    expect(history.acknowledged).toBe(1);
    expect(isOlder(LAST_REVISION, 0)).toBe(true);
    expect(isOlder(0, LAST_REVISION)).toBe(false);
    expect(isOlder(5, 5)).toBe(false);
  });

  it('asks for the whole state once patches amount to more than a world may hold', () => {
    const history = historyOf(set(1));
    const eightMiB = 8 << 20;
    for (let i = 1; i <= 8; i++) expect(history.receive(merge(i, i + 1, {}), eightMiB)).toBe('applied');
    expect(history.receive(merge(9, 10, {}), eightMiB)).toBe('failed');
    expect(history.receive(set(11), eightMiB)).toBe('applied');
    expect(history.receive(merge(11, 12, {}), eightMiB)).toBe('applied');
  });

  it('keeps fewer revisions where they take much memory', () => {
    const history = new StateHistory();
    const lists: Json = Array.from({ length: 100_000 }, () => []);
    for (let i = 1; i <= 20; i++)
      history.receive(set(i, { wall: { id: 'wall', components: { lists } } }), 10);
    expect(history.receive(merge(12, 21, {}), 10)).toBe('applied');
    expect(history.receive(merge(5, 22, {}), 10)).toBe('unknown-base');
  });

  it('keeps fewer revisions where small patches copy much', () => {
    const members = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [i, 0]));
    const history = historyOf(set(1, { wall: { id: 'wall', components: { members } } }));
    for (let i = 1; i < 60; i++)
      history.receive(merge(i, i + 1, { wall: { components: { members: { 1: i } } } }), 10);
    expect(history.acknowledged).toBe(60);
    expect(history.receive(merge(20, 61, {}), 10)).toBe('applied');
    expect(history.receive(merge(10, 62, {}), 10)).toBe('unknown-base');
  });

  it('does not take a state that would need more memory than all it keeps', () => {
    const history = historyOf(set(1));
    const lists: Json = Array.from({ length: 1_200_000 }, () => []);
    expect(history.receive(set(2, { wall: { id: 'wall', components: { lists } } }), 10)).toBe('failed');
    expect(history.receive(merge(1, 3, { wall: { lists } }), 10)).toBe('failed');
    expect([history.acknowledged, history.revision]).toEqual([0, 1]);
  });

  it('ends, patch by patch, where the straightforward implementation ends', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const components = fc.dictionary(
      fc.constantFrom('text', 'x', 'y'),
      fc.constantFrom<Json>(1, 'two', [3], null),
      {
        noNullPrototype: true,
      },
    );
    const entity = fc.record({ components }, { noNullPrototype: true });
    const pointer = fc.oneof(
      id.map((i) => `/entities/${i}`),
      id.map((i) => `/entities/${i}/components/x`),
      fc.constant('/revision'),
    );
    const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
      fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value: entity }),
      fc.record({ op: fc.constantFrom('move', 'copy'), path: pointer, from: pointer }),
      fc.record({ op: fc.constant('remove'), path: pointer }),
    );
    const change = fc.record({
      back: fc.nat({ max: 3 }),
      patch: fc.oneof(
        fc.dictionary(id, fc.option(entity), { noNullPrototype: true }),
        fc.array(operation, { minLength: 1, maxLength: 3 }),
      ),
    });
    const changes = fc.array(change, { maxLength: 20 });
    fc.assert(
      fc.property(changes, (steps) => {
        const history = historyOf(set(1, {}));
        const worlds = new Map<number, Json>([[1, {}]]);
        let revision = 1;
        for (const { back, patch } of steps) {
          const from = [...worlds.keys()].at(-1 - (back % worlds.size))!;
          revision++;
          const packet = Array.isArray(patch)
            ? apply(from, revision, ...patch)
            : merge(from, revision, patch);
          const verdict = history.receive(packet, 10);
          const expected = Array.isArray(patch)
            ? referencePatch({ entities: worlds.get(from)!, revision: from }, patch)
            : { entities: referenceMerge(worlds.get(from), patch) };
          expect(verdict).toBe(expected ? 'applied' : 'failed');
          expect(history.acknowledged).toBe(expected ? revision : 0);
          if (!expected) continue;
          const entities = (expected as JsonObject).entities!;
          worlds.set(revision, entities);
          expect(history.entities.toObject()).toEqual(entities);
        }
      }),
      { numRuns: 500 },
    );
  });
});
