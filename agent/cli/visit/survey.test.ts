import { describe, expect, it } from 'vitest';
import type { Entity } from '../../place/world.ts';
import type { JsonObject } from '../../wire/json.ts';
import { findActor, findAppliance, findProperty, findTouched, findTrack } from './find.ts';
import { survey } from './survey.ts';

function world(entities: Record<string, JsonObject>): ReadonlyMap<string, Entity> {
  return new Map(Object.entries(entities).map(([id, components]) => [id, { id, components }]));
}

const under = (parent: string) => ({ relationships: { parent } });
const lamp = { thing: 'lamp', name: 'on', title: 'Lamp', type: 'boolean', writable: true, value: true };

const entities = world({
  place: { clock: { time: 1 } },
  house: { text: { string: 'Greenhouse' }, live_media: { track_id: 7 } },
  panel: under('house'),
  lamp: { ...under('panel'), property: { ...lamp, time: 5.5, quality: 'good' } },
  soilM: { ...under('house'), property: { thing: 'soil', name: 'moisture', type: 'number', unit: '%' } },
  soilT: { ...under('house'), property: { thing: 'soil', name: 'temperature', type: 'number' } },
  cellar: { text: { string: 'Cellar' } },
  lamp2: { ...under('cellar'), property: lamp },
  door: { ...under('cellar'), property: { thing: 'door', name: 'on', type: 'boolean' } },
  visitor: {},
});
const seen = survey(entities);

describe('a survey', () => {
  it('finds properties and whose they are, by appliance and name', () => {
    expect(seen.properties.map(({ key, appliance }) => `${appliance.name}/${key}`)).toEqual([
      'Cellar/door.on',
      'Cellar/lamp.on',
      'Greenhouse/lamp.on',
      'Greenhouse/soil.moisture',
      'Greenhouse/soil.temperature',
    ]);
    expect(seen.properties[2]).toMatchObject({ value: true, time: 5.5, quality: 'good', writable: true });
  });

  it('finds tracks, and who is there', () => {
    expect(seen.tracks).toEqual([
      { id: 7, entityId: 'house', root: { entityId: 'house', name: 'Greenhouse' } },
    ]);
    expect(seen.roots.map(({ name }) => name)).toEqual(['Cellar', 'Greenhouse', 'visitor']);
  });

  it('is not led astray by nonsense', () => {
    const strange = world({
      loop1: { ...under('loop2'), property: { thing: 1, name: 'x' } },
      loop2: { ...under('loop1'), property: { thing: 'x', name: 'y', title: 4, time: 'noon' } },
      lost: { ...under('nobody'), live_media: { track_id: 'one' } },
      odd: { relationships: [], property: null, text: 'text' },
    });
    expect(survey(strange)).toMatchObject({
      properties: [{ key: 'x.y', title: 'x.y', time: undefined }],
      tracks: [],
      roots: [{ name: 'lost' }, { name: 'odd' }],
    });
  });
});

describe('a name', () => {
  it.each([
    ['soil.moisture', 'soilM'],
    ['door', 'door'],
    ['Greenhouse/lamp.on', 'lamp'],
    ['cellar/lamp.on', 'lamp2'],
    ['Cellar/lamp', 'lamp2'],
    ['lamp2', 'lamp2'],
  ])('%s is a property', (text, entityId) => {
    expect(findProperty(seen, text).entityId).toBe(entityId);
  });

  it.each([
    ['lamp.on', 'there is Cellar/lamp.on, Greenhouse/lamp.on'],
    ['soil', 'there is Greenhouse/soil.moisture, Greenhouse/soil.temperature'],
    ['lmap.on', 'there is Cellar/door.on, Cellar/lamp.on, '],
    ['Attic/lamp.on', 'no property "Attic/lamp.on" here'],
  ])('%s is not, and says what there is', (text, problem) => {
    expect(() => findProperty(seen, text)).toThrow(problem);
  });

  it('is listed by the id of its appliance where two appliances are called the same', () => {
    const twins = survey(
      world({
        one: { text: { string: 'Twin' } },
        two: { text: { string: 'Twin' } },
        lampOne: { ...under('one'), property: lamp },
        lampTwo: { ...under('two'), property: lamp },
      }),
    );
    expect(() => findProperty(twins, 'Twin/lamp')).toThrow('there is one/lamp.on (Twin), two/lamp.on (Twin)');
    expect(findProperty(twins, 'two/lamp.on').entityId).toBe('lampTwo');
    expect(() => findAppliance(twins, 'Twin')).toThrow('there is one (Twin), two (Twin)');
  });

  it('may be of any entity, where that is enough', () => {
    const touched = (text: string) => {
      const { entityId, property } = findTouched(seen, entities, text);
      return [entityId, property?.key];
    };
    expect(touched('visitor')).toEqual(['visitor', undefined]);
    expect(touched('door.on')).toEqual(['door', 'door.on']);
    expect(touched('door')).toEqual(['door', 'door.on']);
    expect(() => touched('attic')).toThrow('no property "attic"');
  });

  it.each(['7', 'house', 'Greenhouse'])('%s is a track', (text) => {
    expect(findTrack(seen, text).id).toBe(7);
  });

  it('may be of an appliance', () => {
    expect(findAppliance(seen, 'Cellar').entityId).toBe('cellar');
    expect(() => findAppliance(seen, 'visitor')).toThrow('Cellar, Greenhouse');
    expect(() => findTrack(survey(new Map()), '7')).toThrow('there is none at all');
  });

  it('may be of an action: of the appliance that has the thing, or of the only one', () => {
    expect(findActor(seen, 'soil.calibrate')).toMatchObject({ appliance: { entityId: 'house' } });
    expect(findActor(seen, 'Cellar/siren.test')).toMatchObject({
      appliance: { entityId: 'cellar' },
      action: 'siren.test',
    });
    expect(() => findActor(seen, 'lamp.blink')).toThrow('more than one appliance');
    expect(() => findActor(seen, 'siren.test')).toThrow('no appliance with the thing "siren"');
    const one = { ...seen, properties: seen.properties.filter(({ thing }) => thing === 'door') };
    expect(findActor(one, 'siren.test')).toMatchObject({ appliance: { entityId: 'cellar' } });
  });
});
