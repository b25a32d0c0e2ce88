import { describe, expect, it } from 'vitest';
import type { Components } from '../wire/place-requests.ts';
import { distance, inherited, lineage, positionOf, positionsIn, writtenOn } from './scene.ts';
import type { Entity } from './world.ts';

describe('where an entity is', () => {
  it('is where its transform puts it', () => {
    expect(place({ a: at(1, 2, 3) }).position('a')).toEqual([1, 2, 3]);
  });

  it('counts the transforms of all it hangs on, turns included', () => {
    const quarterTurn = [0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 10, 0, 0, 1];
    const { position } = place({
      body: { transform: { matrix: quarterTurn } },
      head: { ...at(0, 1.6, 0), ...on('body') },
      mouth: { ...at(1, 0, 0), ...on('head') },
    });
    expect(position('mouth')).toEqual([10, 1.6, -1]);
  });

  it('is its parent where it has no transform of its own', () => {
    expect(place({ a: at(1, 2, 3), b: on('a') }).position('b')).toEqual([1, 2, 3]);
  });

  it.each([
    ['too few numbers', [1, 2, 3]],
    ['no numbers', Array(16).fill('1')],
    ['no end of it', [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1e308, 0, 0, 1]],
    ['nothing at all', null],
  ])('is not known where its matrix is nonsense: %s', (_, matrix) => {
    const { position } = place({ a: { transform: { matrix } }, b: { transform: { matrix }, ...on('a') } });
    expect(position('b')).toBeUndefined();
  });

  it('survives parents in a circle, and of any depth', () => {
    const { position } = place({ a: { ...at(1, 0, 0), ...on('b') }, b: { ...at(1, 0, 0), ...on('a') } });
    expect(position('a')).toEqual([2, 0, 0]);
    const deep = Array.from({ length: 1000 }, (_, n): [string, Components] => [`${n}`, on(`${n + 1}`)]);
    expect(place(Object.fromEntries(deep)).line('0')).toHaveLength(24);
  });
});

it('works out once what many inherit, however deep they hang, and in circles', () => {
  const last = 2_000;
  const chain = Array.from({ length: last + 1 }, (_, n): [string, Components] => [
    `${n}`,
    { ...at(n === last ? 5 : 1, 0, 0), ...on(`${n + 1}`) },
  ]);
  const { entities } = place({ ...Object.fromEntries(chain), a: on('b'), b: on('a') });
  const placeOf = positionsIn(entities);
  expect(placeOf(entities.get('0')!)).toEqual([last + 5, 0, 0]);
  expect(placeOf(entities.get(`${last - 1}`)!)).toEqual([6, 0, 0]);
  let worked = 0;
  const depthOf = inherited<number>(entities, (_, above = 0) => {
    worked++;
    return above + 1;
  });
  for (const entity of entities.values()) depthOf(entity);
  expect(worked).toBe(entities.size);
  expect([depthOf(entities.get('0')!), depthOf(entities.get('a')!)]).toEqual([last + 1, 2]);
});

it('finds what an entity hangs on', () => {
  const { line } = place({ a: {}, b: on('a'), c: on('b'), stray: on('nowhere') });
  expect(line('c')).toEqual(['c', 'b', 'a']);
  expect(line('stray')).toEqual(['stray']);
});

it('reads what is written on an entity', () => {
  expect(writtenOn({ id: 'a', components: { text: { string: 'Anna' } } })).toBe('Anna');
  expect(writtenOn({ id: 'a', components: { text: { string: 5 } } })).toBeUndefined();
  expect(writtenOn({ id: 'a', components: {} })).toBeUndefined();
});

it('measures in metres', () => {
  expect(distance([1, 2, 3], [3, 5, 9])).toBe(7);
});

const at = (x: number, y: number, z: number): Components => ({
  transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1] },
});
const on = (parent: string): Components => ({ relationships: { parent } });

function place(components: Readonly<Record<string, Components>>) {
  const all = Object.entries(components).map(([id, one]): [string, Entity] => [id, { id, components: one }]);
  const entities = new Map(all);
  return {
    entities,
    position: (id: string) => positionOf(entities.get(id)!, entities),
    line: (id: string) => lineage(entities.get(id)!, entities).map((entity) => entity.id),
  };
}
