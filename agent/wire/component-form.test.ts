import { describe, expect, it } from 'vitest';
import { judgeComponents, judgeEntity, parentIn } from './component-form.ts';
import type { Json, JsonObject } from './json.ts';

// What is refused, by rules: test/place/never-sent.test.ts.

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const scaled = (scale: number) => identity.map((n, i) => (i < 12 ? n * scale : n));
const [cos, sin] = [Math.cos(2), Math.sin(2)];
const detail = (components: JsonObject) => judgeComponents(components)?.detail;
const animated = (path: string, from: Json = 0, to: Json = 1) =>
  detail({ property_animations: { animations: { a: { path, from, to, start_at: 1, duration: 2 } } } });

describe('a transform', () => {
  it.each([
    ['nothing', identity],
    ['a move', identity.toSpliced(12, 3, 1e5, -2, 3)],
    ['a turn', [cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, 0, 0, 0, 1]],
    ['half a turn', [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1]],
    ['few decimals', [0.6, 0.8, 0, 0, -0.8, 0.6001, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
    ['a tenth of a millimetre for a metre', scaled(1e-4)],
    ['a kilometre for a metre', scaled(1e3)],
  ])('may be %s', (_, matrix) => {
    expect(detail({ transform: { matrix } })).toBeUndefined();
  });

  it.each([
    ['flat', identity.with(5, 0)],
    ['mirrored', identity.with(0, -1)],
    ['squeezed', identity.with(10, 0.9)],
    ['slanted', identity.with(4, 0.1)],
    ['seen in perspective', identity.with(3, 0.1)],
    ['out of sight', identity.with(12, 1e7)],
    ['too small', scaled(1e-6)],
    ['no number', identity.with(0, 'x' as unknown as number)],
  ])('may not be %s', (_, matrix) => {
    expect(detail({ transform: { matrix } })).toMatch(/^transform: /);
  });
});

describe('something that can be grabbed', () => {
  it.each([
    {},
    { actuate_on: '$parent' },
    { translation_constraint: [1, 0, 0.5], rotation_constraint: [1, 1, 1] },
  ])('may say %j', (grabbable) => {
    expect(detail({ grabbable })).toBeUndefined();
  });
});

describe('an animation', () => {
  it('may be of what no place reads, and of moves and turns', () => {
    expect(animated('text.height')).toBeUndefined();
    expect(animated('material.color.3')).toBeUndefined();
    expect(animated('transform.matrix.translation', [0, 0, 0], [0, 1, 0])).toBeUndefined();
    expect(animated('transform.matrix.translation.y')).toBeUndefined();
    expect(animated('transform.matrix.rotation.z')).toBeUndefined();
  });

  it('may not be of what would come to no transform, or change what was judged', () => {
    expect(animated('transform.matrix', identity, identity)).toMatch('of transform, only');
    expect(animated('transform.matrix.scale.x')).toMatch('of transform, only');
    expect(animated('Transform.matrix.0')).toMatch('of Transform, only');
    expect(animated('grabbable.rotation_constraint.0')).toMatch('of grabbable, only');
    expect(animated('property_animations.animations.a.duration')).toMatch('of property_animations, only');
    expect(animated(' 0.matrix')).toMatch('begins with the name of a component');
  });
});

it('an entity is described without what it does not consist of', () => {
  expect(judgeEntity({ text: { string: 'x' }, relationships: { parent: 'lamp' } })).toBeUndefined();
  expect(judgeEntity({ children: [] })?.detail).toBe('each entity is spawned by itself, children too');
});

it('a parent is found in whatever letters it is written', () => {
  expect(parentIn({ relationships: { parent: 'lamp' } })).toBe('lamp');
  expect(parentIn({ Relationships: { PARENT: 'lamp' } })).toBe('lamp');
  expect(parentIn({ relationships: { parent: 5 } })).toBeUndefined();
  expect(parentIn(undefined)).toBeUndefined();
});
