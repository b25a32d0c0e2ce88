import fc from 'fast-check';
import type { PlaceSession } from '../../agent/place/session.ts';
import type { Body } from '../../agent/wire/interaction.ts';
import type { Json } from '../../agent/wire/json.ts';
import type { Components } from '../../agent/wire/place-requests.ts';
import { isObject, type Value } from './lethal.ts';
import { type Mood, OTHERS_TRACK, type StrictPlace } from './strict-place.ts';

/** What may happen to a session, and what its callers may do, however odd. */
export interface Deed {
  readonly what: string;
  /** Shown where it led to harm. */
  readonly with: unknown;
  do(session: PlaceSession, place: StrictPlace): unknown;
}

const matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const animation = { path: 'transform.matrix', from: matrix, to: matrix, start_at: 1, duration: 1 };
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
const anything = fc.oneof(fc.constantFrom(...oddities), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<Json>;

const component = fc.constantFrom(
  'transform',
  'relationships',
  'intent',
  'avatar',
  'property_animations',
  'live_media',
  'components',
  'children',
  'text',
  '__proto__',
);
const components = fc.dictionary(fc.oneof(component, fc.string({ maxLength: 3 })), anything, {
  maxKeys: 3,
}) as fc.Arbitrary<Components>;

/** Bodies as they should be. `$avatar` and the like become ids. */
const proper: readonly (readonly Json[])[] = [
  ['announce', 'version', 1, 'identity', { display_name: 'A' }, 'spawn_avatar', {}],
  ['announce', 'version', 3, 'identity', { display_name: 'A' }, 'spawn_avatar', {}],
  ['spawn_entity', { text: { string: 'x' }, children: [{ transform: { matrix } }] }],
  ['remove_entity', '$lamp', 'cascade'],
  ['remove_entity', '$avatar', 'reparent'],
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
const body = fc.oneof(
  { weight: 4, arbitrary: nearlyProper },
  anything,
  fc.tuple(fc.string(), anything),
) as fc.Arbitrary<readonly Json[]>;

/** What others say has come as JSON. */
const saidByOthers = body.map((odd): Value => {
  try {
    return (JSON.parse(JSON.stringify(odd) ?? '[]') as Value) ?? [];
  } catch {
    return ['poke', true];
  }
});

const key = fc.constantFrom('avatar', 'lamp', 'soil');
const someone = fc.constantFrom(
  '$avatar',
  '$lamp',
  'lamp',
  'avatar',
  'visitor',
  'place',
  '',
  'x'.repeat(300),
  null,
);
const recipient = fc.oneof({ weight: 3, arbitrary: fc.constant('place') }, someone) as fc.Arbitrary<string>;
const sender = someone as fc.Arbitrary<string>;
const trackNumber = fc.constantFrom(OTHERS_TRACK, 1, 2 ** 32, -1, 0.5);
const range = fc.constantFrom(HELD_ASSET, 'hello', `asset:sha256:${'b'.repeat(64)}`);

/** Puts ids in the place of their names, wherever they stand. */
function filled<T>(value: T, session: PlaceSession): T {
  if (typeof value === 'string' && value.startsWith('$'))
    return (session.entities.id(value.slice(1)) ?? value) as T;
  if (Array.isArray(value) && !('toJSON' in value)) return value.map((item) => filled(item, session)) as T;
  if (!isObject(value) || value.constructor !== Object || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, session)])) as T;
}

const ignore = () => {};

function deed<T>(
  what: string,
  wanted: fc.Arbitrary<T>,
  act: (session: PlaceSession, value: T, place: StrictPlace) => unknown,
) {
  return wanted.map(
    (value): Deed => ({
      what,
      with: value,
      do: (session, place) => act(session, filled(value, session), place),
    }),
  );
}

const nothing = fc.constant(undefined);

/** What callers of a session do. */
const calls = [
  {
    weight: 10,
    arbitrary: deed('request', fc.tuple(recipient, body, sender), (s, [to, said, from]) =>
      s.request(to, said as Body, { from }).catch(ignore),
    ),
  },
  {
    weight: 6,
    arbitrary: deed('proper request', fc.constantFrom(...proper), (s, said) =>
      s.request('place', said as unknown as Body).catch(ignore),
    ),
  },
  {
    weight: 6,
    arbitrary: deed('request of the avatar', body, (s, said) =>
      s.request('place', said as Body).catch(ignore),
    ),
  },
  {
    weight: 3,
    arbitrary: deed('one-way', fc.tuple(recipient, body, sender), (s, [to, said, from]) =>
      s.oneWay(to, said as Body, from),
    ),
  },
  {
    weight: 2,
    arbitrary: deed('publish', fc.tuple(body, sender), (s, [said, from]) => s.publish(said as Body, from)),
  },
  {
    weight: 3,
    arbitrary: deed('declare', fc.tuple(key, components, key), (s, [name, made, parent]) =>
      s.entities.declare(name, made, { parent }),
    ),
  },
  {
    weight: 3,
    arbitrary: deed('update', fc.tuple(key, components), (s, [name, changes]) =>
      s.entities.update(name, changes),
    ),
  },
  { weight: 1, arbitrary: deed('remove', key, (s, name) => s.entities.remove(name)) },
  {
    weight: 3,
    arbitrary: deed('send', fc.tuple(key, fc.uint8Array({ maxLength: 9 })), (s, [name, bytes]) =>
      s.tracks.outgoing(name).send(bytes),
    ),
  },
  {
    weight: 2,
    arbitrary: deed('listen', trackNumber, (s, number) => s.tracks.listen(number, { packet: ignore })),
  },
  {
    weight: 2,
    arbitrary: deed('listen for a moment', trackNumber, (s, number) =>
      s.tracks.listen(number, { packet: ignore })(),
    ),
  },
  { weight: 1, arbitrary: deed('fetch', range, (s, id) => s.assets.fetch(id).catch(ignore)) },
  {
    weight: 1,
    arbitrary: deed('offer and push', fc.uint8Array({ minLength: 1, maxLength: 20 }), offerAndPush),
  },
  { weight: 1, arbitrary: deed('stop', nothing, (s) => void s.stop()) },
  { weight: 2, arbitrary: deed('start', nothing, (s) => s.start()) },
];

async function offerAndPush({ assets }: PlaceSession, bytes: Uint8Array): Promise<void> {
  const { id } = await assets.offer(bytes);
  try {
    assets.push(id);
  } catch {
    // Not every place takes it, and not at every time.
  }
}

/** What the place, and others in it, do. */
const events = [
  {
    weight: 2,
    arbitrary: deed(
      'mood',
      fc.constantFrom<Mood>('yes', 'no', 'silent'),
      (_s, mood, p) => (p.mood = () => mood),
    ),
  },
  {
    weight: 1,
    arbitrary: deed('disconnect', fc.constantFrom(0, 1003, 1005), (_s, code, p) => p.disconnect(code)),
  },
  {
    weight: 3,
    arbitrary: deed(
      'is asked',
      fc.tuple(fc.constantFrom('visitor', 'place', ''), saidByOthers),
      (_s, [from, said], p) => p.say('request', from, said, 'q'),
    ),
  },
  {
    weight: 2,
    arbitrary: deed(
      'is asked for an asset',
      fc.tuple(range, fc.nat({ max: 99 }), fc.nat({ max: 2 ** 22 })),
      (_s, [id, start, length], p) => p.want(id, start, length),
    ),
  },
  { weight: 6, arbitrary: deed('time', fc.nat({ max: 1_500 }), (_s, ms, p) => p.time.advance(ms)) },
];

/** A life of a session: one deed after another. */
export const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(fc.oneof(...calls, ...events), {
  minLength: 5,
  maxLength: 60,
});

/** What the session answers others with, in turn. */
export const answers: fc.Arbitrary<readonly Body[]> = fc.array(body as unknown as fc.Arbitrary<Body>, {
  minLength: 1,
  maxLength: 4,
});
