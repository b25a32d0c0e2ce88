import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { Entity } from '../place/world.ts';
import { survey } from './visit/survey.ts';
import { drawWorld, type WorldPicture } from './world-view.ts';

const entities: Entity[] = [
  { id: 'house', components: { text: { string: 'Greenhouse' }, live_media: { track_id: 3 } } },
  {
    id: 'lampid',
    components: {
      relationships: { parent: 'house' },
      property: {
        thing: 'lamp',
        name: 'on',
        type: 'boolean',
        writable: true,
        simulated: true,
        value: true,
        time: 99.5,
        quality: 'good',
      },
    },
  },
  {
    id: 'soilid',
    components: {
      relationships: { parent: 'house' },
      property: {
        thing: 'soil',
        name: 'moisture',
        type: 'number',
        unit: '%',
        value: 41.25,
        quality: 'stale',
      },
    },
  },
  { id: 'ada', components: {} },
];

const garden: WorldPicture = {
  placeName: 'Garden',
  url: 'alloplace://garden',
  status: 'joined',
  clock: { now: 100, boundMs: 0.25 },
  survey: survey(new Map(entities.map((entity) => [entity.id, entity]))),
  entities: 5,
  heard: new Map([[3, 50]]),
};

const drawn = (picture: WorldPicture) =>
  drawWorld(picture).map((line) => stripVTControlCharacters(line).trimEnd());

it('draws a place: properties with values and ages, tracks, and who else is there', () => {
  expect(drawn(garden)).toEqual([
    'Garden   alloplace://garden   joined   5 entities',
    '  clock 100.000 s ± 0.25 ms',
    '',
    '  Greenhouse house',
    '    ● lamp.on        on                   0.5 s  writable, simulated, lampid',
    '      soil.moisture  41.25 % (stale)             soilid',
    '',
    '  ♪ track 3 of Greenhouse  50 packets/s  house',
    '',
    '  also here: ada',
  ]);
});

it('says of a track whether it sounds, where everybody would hear it', () => {
  const track = (heard: WorldPicture['heard']) =>
    drawn({ ...garden, heard }).find((line) => line.includes('♪'));
  expect(track(new Map())).toBe('  ♪ track 3 of Greenhouse  silent  house');
  expect(track(undefined)).toBe('  ♪ track 3 of Greenhouse  house');
});

it('draws a place it knows nothing of yet', () => {
  const lines = drawn({
    placeName: undefined,
    url: 'alloplace://garden',
    status: 'joining',
    clock: undefined,
    survey: survey(new Map()),
    entities: 0,
    heard: new Map(),
  });
  expect(lines).toEqual(['a place   alloplace://garden   joining   0 entities', '  clock not known yet']);
});
