import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../wire/json.ts';
import { EntityMap } from './state/entity-map.ts';
import { World } from './world.ts';

let world: World;
let told: string[];
let failures: number;

beforeEach(() => {
  failures = 0;
  world = new World(() => void failures++);
  told = [];
  world.observe({
    entityAdded: ({ id }) => void told.push(`added ${id}`),
    entityChanged: ({ id }, names) => void told.push(`changed ${id}: ${names.join()}`),
    entityRemoved: ({ id }) => void told.push(`removed ${id}`),
    componentAdded: ({ id }, name, value) => void told.push(`${id}.${name} = ${JSON.stringify(value)}`),
    componentChanged: ({ id }, name, value, before) =>
      void told.push(`${id}.${name}: ${JSON.stringify(before)} -> ${JSON.stringify(value)}`),
    componentRemoved: ({ id }, name, before) => void told.push(`${id}.${name} was ${JSON.stringify(before)}`),
  });
});

let revision = 0;

function show(entities: Record<string, Json>): string[] {
  told.length = 0;
  const whole = Object.entries(entities).map(([id, components]) => [id, { id, components }] as const);
  world.show(EntityMap.from(Object.fromEntries(whole)), ++revision);
  return told;
}

describe('the world', () => {
  it('tells what was added, changed and removed, entity by entity and component by component', () => {
    expect(show({ lamp: { text: 'off', x: 1 } })).toEqual(['added lamp', 'lamp.text = "off"', 'lamp.x = 1']);
    expect(show({ lamp: { text: 'on', y: 2 }, chair: {} })).toEqual([
      'added chair',
      'changed lamp: text,x,y',
      'lamp.text: "off" -> "on"',
      'lamp.x was 1',
      'lamp.y = 2',
    ]);
    expect(show({ chair: {} })).toEqual(['lamp.text was "on"', 'lamp.y was 2', 'removed lamp']);
  });

  it('tells nothing where the place only said the same again', () => {
    show({ lamp: { text: { string: 'off', height: [1, 2] } } });
    const lamp = world.entities.get('lamp');
    expect(show({ lamp: { text: { height: [1, 2], string: 'off' } } })).toEqual([]);
    expect(world.entities.get('lamp')).toBe(lamp);
  });

  it('has already changed when it tells', () => {
    let size = 0;
    world.observe({
      entityAdded: () => {
        size = world.entities.size;
      },
    });
    show({ a: {}, b: {}, c: {} });
    expect(size).toBe(3);
  });

  it('takes what is no entity for nothing, and what are no components for none', () => {
    world.show(EntityMap.from({ a: 1, b: { components: 'none' } }), 1);
    expect([...world.entities.values()]).toEqual([{ id: 'b', components: {} }]);
  });

  it('goes on telling when an observer throws, and no more once it is not observed', () => {
    const stop = world.observe({
      entityAdded: () => {
        throw new Error('broken');
      },
    });
    expect(show({ a: {} })).toEqual(['added a']);
    expect(failures).toBe(1);
    stop();
    show({ a: {}, b: {} });
    expect(failures).toBe(1);
  });

  it('can be rebuilt from what it tells', () => {
    const components = fc.dictionary(
      fc.constantFrom('x', 'y', 'z'),
      fc.constantFrom<Json>(1, 'a', [1], { b: 2 }),
      {
        noNullPrototype: true,
      },
    );
    const entities = fc.dictionary(fc.constantFrom('p', 'q', 'r', 's'), components, {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.array(entities, { maxLength: 8 }), (revisions) => {
        const fresh = new World(() => {});
        const mirror = new Map<string, Map<string, Json>>();
        fresh.observe({
          entityAdded: ({ id }) => void mirror.set(id, new Map()),
          entityRemoved: ({ id }) => void mirror.delete(id),
          componentAdded: ({ id }, name, value) => void mirror.get(id)!.set(name, value),
          componentChanged: ({ id }, name, value) => void mirror.get(id)!.set(name, value),
          componentRemoved: ({ id }, name) => void mirror.get(id)!.delete(name),
        });
        for (const [i, wanted] of revisions.entries()) {
          const whole: JsonObject = Object.fromEntries(
            Object.entries(wanted).map(([id, c]) => [id, { id, components: c }]),
          );
          fresh.show(EntityMap.from(whole), i);
          const rebuilt = [...mirror].map(([id, parts]) => [id, Object.fromEntries(parts)] as const);
          expect(Object.fromEntries(rebuilt)).toEqual(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });
});
