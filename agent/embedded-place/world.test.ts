import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../wire/json.ts';
import { LAST_REVISION } from '../wire/state.ts';
import { admitComponent, COMPONENT_DEPTH, type Component } from './component.ts';
import { mergePatch } from './merge-patch.ts';
import { ENTITY_SIZE, HISTORY_REVISIONS, World } from './world.ts';

function component(value: Json): Component {
  const admitted = admitComponent('c', value, 10_000);
  if (typeof admitted === 'string') throw new Error(admitted);
  return admitted;
}

const nobody = new Map<string, Component>();

describe('a merge patch', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => component({ value: value as Json }).value);

  it('turns any value into any other, as RFC 7396 applies it', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const patch = mergePatch(before, after);
        expect(patch === undefined ? before : apply(before, patch)).toEqual(after);
      }),
    );
  });

  it('is nothing between equal values', () => {
    fc.assert(fc.property(json, (value) => mergePatch(value, structuredClone(value)) === undefined));
  });
});

describe('a component', () => {
  it('loses null members, which a patch could not carry, but keeps nulls in lists', () => {
    expect(component({ a: null, b: { c: null }, d: [null, 1] }).value).toEqual({ b: {}, d: [null, 1] });
  });

  it.each<[string, string, Json]>([
    ['has no value', 'c', null],
    ['impossible name', '', {}],
    ['impossible name', '__proto__', {}],
    ['larger than', 'c', 'x'.repeat(10_001)],
    [
      'too deeply',
      'c',
      JSON.parse('['.repeat(COMPONENT_DEPTH + 1) + ']'.repeat(COMPONENT_DEPTH + 1)) as Json,
    ],
  ])('is refused where it %s', (reason, name, value) => {
    expect(admitComponent(name, value, 10_000)).toContain(reason);
  });
});

describe('the world', () => {
  it('describes a revision to those who know an older one by what changed', () => {
    const world = new World();
    world.spawn('lamp', 1, new Map([['text', component({ string: 'off', height: 1 })]]));
    world.spawn('chair', 1, nobody);
    world.commit();
    world.setComponent('lamp', 'text', component({ string: 'on', height: 1 }));
    world.commit();
    world.remove('chair');
    world.spawn('table', 1, nobody);
    world.commit();

    expect(world.patchFrom(2)).toEqual({
      style: 'merge',
      from: 2,
      revision: 4,
      entities: {
        lamp: { components: { text: { string: 'on' } } },
        chair: null,
        table: { id: 'table', components: {} },
      },
    });
    expect(patchEntities(world, 3)).toEqual({
      chair: null,
      table: { id: 'table', components: {} },
    });
  });

  it('says nothing of what came and went in between', () => {
    const world = new World();
    world.commit();
    world.spawn('moth', 1, nobody);
    world.commit();
    world.remove('moth');
    world.commit();
    expect(world.patchFrom(2)).toMatchObject({ entities: {} });
  });

  it('has not changed where something came and went within one revision', () => {
    const world = new World();
    world.commit();
    world.spawn('moth', 1, new Map([['text', component('!')]]));
    world.remove('moth');
    expect(world.changed).toBe(false);
  });

  it('reaches back 64 revisions, and wraps before 2^53', () => {
    const world = new World(LAST_REVISION - 10);
    world.spawn('lamp', 1, nobody);
    for (let i = 0; i < HISTORY_REVISIONS; i++) {
      world.setComponent('lamp', 'n', component(i));
      world.commit();
    }
    expect(world.revision).toBe(HISTORY_REVISIONS - 11);
    expect(world.remembers(LAST_REVISION - 10)).toBe(true);
    world.setComponent('lamp', 'n', component('last'));
    world.commit();
    expect(world.remembers(LAST_REVISION - 10)).toBe(false);
    expect(world.patchFrom(LAST_REVISION)).toMatchObject({
      entities: { lamp: { components: { n: 'last' } } },
    });
  });

  it('forgets its oldest revisions first where large components change', () => {
    const world = new World();
    world.spawn('wall', 1, nobody);
    const large = (text: string) => ({ value: text, size: 6 * 1024 * 1024 });
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      world.setComponent('wall', 'picture', large(text));
      world.commit();
    }
    expect([2, 3, 4, 5].map((revision) => world.remembers(revision))).toEqual([false, false, true, true]);
  });

  it('forgets its oldest revisions first where very many entities come and go', () => {
    const world = new World();
    const many = 45_000;
    for (let revision = 0; revision < 2; revision++) {
      for (let i = 0; i < many; i++) {
        world.spawn(`moth ${revision} ${i}`, 1, nobody);
        if (revision > 0) world.remove(`moth ${revision - 1} ${i}`);
      }
      world.commit();
    }
    expect([1, 2].map((revision) => world.remembers(revision))).toEqual([false, true]);
  });

  it('counts what its owners hold', () => {
    const world = new World();
    world.spawn('lamp', 1, new Map([['text', component('four')]]));
    world.spawn('door', 2, new Map([['text', component('twelve chars')]]));
    expect([world.sizeOf(1), world.sizeOf(2), world.size]).toEqual([
      ENTITY_SIZE + 11,
      ENTITY_SIZE + 19,
      2 * ENTITY_SIZE + 30,
    ]);
    world.setComponent('lamp', 'text', component('!'));
    world.remove('door');
    expect([world.sizeOf(1), world.sizeOf(2), world.size]).toEqual([ENTITY_SIZE + 8, 0, ENTITY_SIZE + 8]);
  });

  it('gives everyone the same world, whatever they knew before', () => {
    const step = fc.record({
      entity: fc.constantFrom('a', 'b', 'c', 'd'),
      name: fc.constantFrom('x', 'y'),
      value: fc.option(fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null)),
      commit: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World();
        const known = new Map<number, Json>();
        const generation = new Map<string, number>();
        for (const { entity, name, value, commit } of steps) {
          const id = `${entity}${generation.get(entity) ?? 0}`;
          if (!world.entity(id)) world.spawn(id, 1, nobody);
          else if (value === null) {
            world.remove(id);
            generation.set(entity, (generation.get(entity) ?? 0) + 1);
          } else world.setComponent(id, name, component(value as Json));
          if (!commit) continue;
          world.commit();
          known.set(world.revision, structuredClone(entitiesOf(world)));
        }
        world.commit();
        for (const [revision, before] of known) {
          if (!world.remembers(revision)) continue;
          expect(apply(before, patchEntities(world, revision))).toEqual(entitiesOf(world));
        }
      }),
    );
  });
});

function entitiesOf(world: World): Json {
  const state = world.whole();
  return state.style === 'apply' ? {} : state.entities;
}

function patchEntities(world: World, from: number): Json {
  const state = world.patchFrom(from);
  return state.style === 'apply' ? {} : state.entities;
}

/** RFC 7396, section 2, as written there. */
function apply(target: Json | undefined, patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isMap = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: Record<string, Json> = isMap ? { ...(target as Record<string, Json>) } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = apply(result[name], value);
  }
  return result;
}
