import { describe, expect, it } from 'vitest';
import type { PropertyDescription, Thing } from '../../../devices/thing.ts';
import { Property } from '../property.ts';
import {
  ageText,
  fullTitle,
  isLit,
  numberText,
  origin,
  plainFullTitle,
  remainingText,
  rowTitle,
  shownStep,
  valueText,
} from './words.ts';

const minute = 60_000;
const hour = 60 * minute;

function propertyOf(about: Partial<Thing>, ...descriptions: Partial<PropertyDescription>[]): Property {
  const properties = descriptions.map((description): PropertyDescription => {
    const name = description.name ?? 'on';
    return {
      name,
      title: name.charAt(0).toUpperCase() + name.slice(1),
      type: 'boolean',
      writable: false,
      ...description,
    };
  });
  const thing = {
    id: 'it',
    title: 'Thing',
    driver: 'gpio',
    simulated: false,
    properties,
    actions: [],
    ...about,
  };
  return new Property(thing as unknown as Thing, properties[0]!);
}

const light = propertyOf({ title: 'Grow light' }, { writable: true });
const weather = propertyOf(
  { title: 'Weather', driver: 'iio' },
  { name: 'temperature', type: 'number', unit: '°C' },
  { name: 'humidity' },
);
const microphone = propertyOf(
  { title: 'Microphone', driver: 'microphone' },
  { name: 'muted', writable: true },
  { name: 'level' },
);
const speaker = propertyOf(
  { title: 'Speaker', driver: 'speaker' },
  { name: 'muted', writable: true },
  { name: 'volume' },
);

describe('titles', () => {
  it.each([
    [light, 'Grow light', 'Grow light', 'output'],
    [propertyOf({ title: 'Door' }, {}), 'Door', 'Door', 'input'],
    [weather, 'Weather: temperature', 'Temperature', 'Weather'],
    [
      propertyOf({ title: 'Board', driver: 'thermal' }, { name: 'temperature', type: 'number' }),
      'Board',
      'Board',
      'temperature',
    ],
    [
      propertyOf({ title: 'Soil moisture', driver: 'serial' }, { name: 'moisture', type: 'number' }),
      'Soil moisture',
      'Soil moisture',
      'serial',
    ],
    [microphone, 'Microphone: muted', 'Microphone', ''],
  ])('name a property in full, on its row, and say what it belongs to', (property, full, large, small) => {
    expect([fullTitle(property), rowTitle(property), origin(property, undefined)]).toEqual([
      full,
      large,
      small,
    ]);
  });

  it('give way to ids where none of their letters can be drawn, but only there', () => {
    const pump = propertyOf({ id: 'pump_a', title: 'Насос' }, { writable: true });
    expect([fullTitle(pump), plainFullTitle(pump), rowTitle(pump)]).toEqual(['Насос', 'pump_a', 'pump_a']);
    const air = propertyOf(
      { id: 'air', title: 'Κήπος' },
      { name: 'flow', title: 'Θερμοκρασία', type: 'number' },
      { name: 'humidity' },
    );
    expect([plainFullTitle(air), rowTitle(air), origin(air, 1)]).toEqual(['air: flow', 'flow', 'air']);
  });
});

describe('values', () => {
  it.each([
    [light, true, 'on', true],
    [light, false, 'off', false],
    [microphone, false, 'on air', true],
    [microphone, true, 'muted', false],
    [speaker, false, 'on', true],
    [weather, 21.46, '21.5 °C', false],
    [weather, null, '-', false],
    [weather, undefined, '-', false],
    [weather, 'a\tb', 'a b °C', false],
  ])('are said as people say them', (property, value, text, lit) => {
    expect(valueText(property, value)).toBe(text);
    expect(isLit(property.description, value)).toBe(lit);
  });

  it.each([
    [1013.25, 'hPa', '1013'],
    [101.3, '°C', '101'],
    [9.96, '°C', '10.0'],
    [-0.04, '°C', '0.0'],
    [23.41, 'V', '23.4'],
    [3.274, 'V', '3.27'],
    [0.4249, 'V', '0.42'],
    [0.00314, 'mg/kg', '0.0031'],
    [0, 'V', '0.00'],
    [1_206_131, 'Wh', '1206131'],
    [6.02e23, undefined, '6.02e23'],
    [1.6e-19, undefined, '1.60e-19'],
  ])('%d %s is shown as %s', (value, unit, shown) => {
    expect(numberText(value, { type: 'number', ...(unit !== undefined && { unit }) })).toBe(shown);
  });

  it.each([
    [680_954_349, '6.81e8 °C'],
    [-1_234_567, '-1.23e6 °C'],
    [51_914, '51914 °C'],
    [23.41, '23.4 °C'],
  ])('are shortened as far as %d goes', (value, short) => {
    expect(valueText(weather, value, true)).toBe(short);
  });

  it('of whole numbers have no tenths', () => {
    expect(numberText(7, { type: 'integer' })).toBe('7');
    expect(numberText(7, { type: 'number', unit: '%' })).toBe('7.0');
  });

  it.each([1013.25, 23.41, 3.27, 0.4249, 0.00314])(
    'a step away from %d look different, and a tenth of it does not',
    (value) => {
      const step = shownStep(value, { type: 'number' });
      const shown = (number: number) => numberText(number, { type: 'number' });
      const middle = Number(shown(value));
      expect(shown(middle + step)).not.toBe(shown(middle));
      expect(shown(middle + step / 10)).toBe(shown(middle));
    },
  );
});

it('says how old something is from a minute on, the older the coarser', () => {
  const ages = [0, 59_999, minute, 2.9 * minute, 14 * minute, 59 * minute, hour, 47 * hour, 49 * hour];
  expect(ages.map(ageText)).toEqual([
    undefined,
    undefined,
    '1 min ago',
    '2 min ago',
    '10 min ago',
    '55 min ago',
    '1 h ago',
    '47 h ago',
    '2 days ago',
  ]);
});

it('says when an output goes off, never sooner than it does', () => {
  const spans = [0, 4_000, 41_000, minute, minute + 1, 11.1 * minute, 3.2 * hour];
  expect(spans.map(remainingText)).toEqual([
    'off in 10 s',
    'off in 10 s',
    'off in 50 s',
    'off in 60 s',
    'off in 2 min',
    'off in 12 min',
    'off in 4 h',
  ]);
});
