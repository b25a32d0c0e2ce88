import fc from 'fast-check';
import type { Json } from '../../agent/wire/json.ts';
import type { Components } from '../../agent/wire/place-requests.ts';
import type { Value } from './lethal.ts';
import { OTHERS_TRACK } from './strict-place.ts';

const matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const animation = { path: 'text.height', from: 1, to: 2, start_at: 1, duration: 1 };
const flat = matrix.with(5, 0);
const moving = { ...animation, path: 'transform.matrix.translation', from: [0, 0, 0], to: [0, 1, 0] };
const longPath = { ...animation, path: `hat.matrix.rotation${'.x'.repeat(6_000)}` };
export const HELD_ASSET = `asset:sha256:${'a'.repeat(64)}`;

/** What a caller in plain JavaScript, or a device with odd values, may hand over. */
const oddities: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  1e308,
  2 ** 53,
  undefined,
  null,
  [],
  {},
  '',
  '\0',
  '\ud800',
  '\n',
  '\\u0000',
  'place',
  'children',
  10n,
  Symbol('odd'),
  () => 'odd',
  new Date(0),
  { toJSON: () => null },
  Object.assign(['toJSON'], { toJSON: () => 'odd' }),
  // biome-ignore lint/suspicious/noSparseArray: that is what is odd about it
  ['sparse', , 3],
  matrix,
  { matrix },
  { matrix: flat },
  { Matrix: [1] },
  { actuate_pose: 'root' },
  { actuate_pose: 'head', from_avatar: 'visitor' },
  { Actuate_Pose: null },
  { parent: 'visitor' },
  { Parent: '$lamp' },
  { parent: '$soil' },
  { actuate_on: '$parent', rotation_constraint: [0, 1, 0] },
  { components: {} },
  { children: [{ components: {} }, null] },
  { matrix: matrix.slice(1) },
  { actuate_pose: 1 },
  { parent: '$avatar' },
  { parent: '$lamp' },
  { animations: { a: animation, b: {} } },
  { token: {} },
  { track_id: 5 },
];
export const anything = fc.oneof(
  fc.constantFrom(...oddities),
  fc.jsonValue({ maxDepth: 3 }),
) as fc.Arbitrary<Json>;

const component = fc.constantFrom(
  'transform',
  'relationships',
  'intent',
  'avatar',
  'property_animations',
  'grabbable',
  'live_media',
  'Transform',
  'Intent',
  'Children',
  'components',
  'children',
  'text',
  '__proto__',
);
/** Such as a place would not bear. */
const unbearable = fc.constantFrom<Components>(
  { transform: { matrix: flat } },
  { transform: { matrix: matrix.with(0, -1) } },
  { transform: { matrix: matrix.with(12, 1e300) } },
  { grabbable: { actuate_on: '$parent', rotation_constraint: [0, 1, 0] } },
  { grabbable: { translation_constraint: [1e308, 0, 0] } },
  { intent: { actuate_pose: 'root' } },
  { relationships: { parent: 'visitor' } },
  { property_animations: { animations: { a: longPath } } },
);

export const components = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.dictionary(fc.oneof(component, fc.string({ maxLength: 3 })), anything, { maxKeys: 3 }),
  },
  { weight: 1, arbitrary: unbearable },
) as fc.Arbitrary<Components>;

/** Bodies as they should be. `$avatar` and the like become ids, `~lamp` the last that was known. */
export const proper: readonly (readonly Json[])[] = [
  ['announce', 'version', 1, 'identity', { display_name: 'A' }, 'spawn_avatar', {}],
  ['announce', 'version', 3, 'identity', { display_name: 'A' }, 'spawn_avatar', {}],
  ['spawn_entity', { text: { string: 'x' }, children: [{ transform: { matrix } }] }],
  ['spawn_entity', { text: { string: 'x' }, transform: { matrix } }],
  ['spawn_entity', { transform: { matrix: flat } }],
  ['spawn_entity', { grabbable: { rotation_constraint: [0, 0, 0] } }],
  ['spawn_entity', { relationships: { parent: '$lamp' } }],
  ['spawn_entity', { relationships: { parent: 'visitor' } }],
  ['remove_entity', '$lamp', 'cascade'],
  ['remove_entity', '~lamp', 'cascade'],
  ['change_components', '~lamp', 'add_or_change', { text: { string: 'x' } }, 'remove', []],
  ['remove_entity', '$soil', 'reparent'],
  ['remove_entity', '$avatar', 'reparent'],
  ['remove_entity', 'visitor', 'cascade'],
  ['change_components', 'nobody', 'add_or_change', { text: { string: 'x' } }, 'remove', []],
  ['change_components', 'visitor', 'add_or_change', { relationships: { parent: '$lamp' } }, 'remove', []],
  ['change_components', '$lamp', 'add_or_change', { relationships: { parent: '$soil' } }, 'remove', []],
  ['change_components', '$soil', 'add_or_change', { relationships: { parent: '$lamp' } }, 'remove', []],
  ['change_components', '$lamp', 'add_or_change', { relationships: { parent: 'visitor' } }, 'remove', []],
  ['change_components', '$lamp', 'add_or_change', {}, 'remove', ['Relationships', 'intent']],
  ['change_components', '$avatar', 'add_or_change', { transform: { matrix } }, 'remove', ['text']],
  ['change_components', '$lamp', 'add_or_change', { relationships: { parent: '$avatar' } }, 'remove', []],
  ['change_components', '$avatar', 'add_or_change', { relationships: { parent: '$lamp' } }, 'remove', []],
  ['change_components', 'place', 'add_or_change', { clock: { time: 1 } }, 'remove', []],
  ['allocate_track', 'audio', 48_000, 1, 'opus'],
  ['allocate_track', 'audio', 'opus', { sample_rate: 48_000, channel_count: 1, channel_layout: 'mono' }],
  ['media_track', OTHERS_TRACK, 'subscribe'],
  ['media_track', OTHERS_TRACK, 'unsubscribe'],
  ['subscribe', '["reading", R]'],
  ['unsubscribe', '1'],
  ['list_agents'],
  ['kick_agent', 'x'],
  ['add_property_animation', animation],
  ['add_property_animation', moving],
  ['add_property_animation', longPath],
  ['remove_property_animation', 'x'],
  ['launch_app', 'alloapp:http://app.example', {}],
  ['poke', true],
  ['point', [0, 0, 0], [1, 1, 1]],
];

const nearlyProper = fc
  .tuple(
    fc.constantFrom(...proper),
    fc.constantFrom('keep', 'drop', 'replace', 'append', 'wrap'),
    fc.nat({ max: 6 }),
    anything,
  )
  .map(([body, how, at, odd]) => {
    const place = at % body.length;
    switch (how) {
      case 'keep':
        return body;
      case 'drop':
        return body.toSpliced(place, 1);
      case 'replace':
        return body.with(place, odd);
      case 'append':
        return [...body, odd];
      default:
        return body.with(place, { components: body[place]! });
    }
  });
export const body = fc.oneof(
  { weight: 4, arbitrary: nearlyProper },
  anything,
  fc.tuple(fc.string(), anything),
) as fc.Arbitrary<readonly Json[]>;

/** What others say has come as JSON. */
export const saidByOthers = body.map((odd): Value => {
  try {
    return (JSON.parse(JSON.stringify(odd) ?? '[]') as Value) ?? [];
  } catch {
    return ['poke', true];
  }
});

export const range = fc.constantFrom(HELD_ASSET, 'hello', `asset:sha256:${'b'.repeat(64)}`);
