import fc from 'fast-check';
import type { FetchOptions } from '../../agent/place/assets/waiter.ts';
import type { PlaceSession } from '../../agent/place/session.ts';
import type { Body } from '../../agent/wire/interaction.ts';
import type { Components } from '../../agent/wire/place-requests.ts';
import { type Deed, deed, ignore, nothing } from './deed.ts';
import { events } from './odd-events.ts';
import { anything, body, components, HELD_ASSET, proper, range } from './odd-values.ts';
import { OTHERS_TRACK } from './strict-place.ts';

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
const asker = fc.constantFrom('avatar', 'avatar', 'lamp', '~lamp', '~soil', 'visitor');
const recipient = fc.oneof({ weight: 3, arbitrary: fc.constant('place') }, someone) as fc.Arbitrary<string>;
const sender = someone as fc.Arbitrary<string>;
const trackNumber = fc.constantFrom(OTHERS_TRACK, 1, 2 ** 32, -1, 0.5);

const fetchOptions = fc.constantFrom<FetchOptions>(
  {},
  { timeout: 0 },
  { timeout: 1e9, publishedBy: '$lamp' },
  { signal: AbortSignal.abort() },
  { publishedBy: '\0', progress: () => assetsGone() },
  { publishedBy: null as unknown as string },
);
const source = fc.constantFrom<unknown>(
  '/nowhere/at/all',
  import.meta.filename,
  new Uint8Array(),
  { id: HELD_ASSET, size: 4, read: async () => new Uint8Array(9) },
  { id: HELD_ASSET, size: 2 ** 40, read: async () => new Uint8Array(1) },
  { id: 'odd', size: -1, read: async () => 'bytes' },
  { id: null, size: Number.NaN, read: () => assetsGone() },
);

function assetsGone(): never {
  throw new Error('gone');
}

const swell = { path: 'text.height', from: 1, to: 2, start_at: 1, duration: 1 };

/** So that two that undo what the other does come to an end. */
const MOST_REACTIONS = 10;

/** What programs do as soon as they hear of something. */
const handlers: readonly ((session: PlaceSession, id?: string) => unknown)[] = [
  assetsGone,
  (s) => s.entities.remove('lamp'),
  (s) => s.entities.declare('lamp', {}, { parent: 'soil' }),
  (s, from = 'lamp') => s.request('place', ['add_property_animation', swell], { from }).catch(ignore),
  (s, id = 'visitor') => s.request('place', ['remove_entity', id, 'cascade']).catch(ignore),
];

/** What callers of a session do. */
export const calls = [
  {
    weight: 10,
    arbitrary: deed('request', fc.tuple(recipient, body, sender), (s, [to, said, from]) =>
      s.request(to, said as Body, { from }).catch(ignore),
    ),
  },
  {
    weight: 12,
    arbitrary: deed('proper request', fc.tuple(fc.constantFrom(...proper), asker), (s, [said, from]) =>
      s.request('place', said as unknown as Body, { from }).catch(ignore),
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
  {
    weight: 2,
    arbitrary: deed('listen to all packets', nothing, (s) => {
      const stop = s.tracks.onPacket(() => s.tracks.outgoing('lamp').send(new Uint8Array(5)));
      return stop;
    }),
  },
  {
    weight: 2,
    arbitrary: deed('follow', fc.tuple(fc.array(trackNumber), fc.boolean()), (s, [numbers, stops]) => {
      const following = s.tracks.follow((carriers) => [...numbers, ...carriers.values()], { packet: ignore });
      following.reconsider();
      if (stops) following.stop();
    }),
  },
  {
    weight: 2,
    arbitrary: deed('send what is no sound', anything, (s, odd) =>
      s.tracks.outgoing('avatar').send(odd as unknown as Uint8Array),
    ),
  },
  {
    weight: 1,
    arbitrary: deed('fetch', fc.tuple(range, fetchOptions), (s, [id, options]) =>
      s.assets.fetch(id, options).catch(ignore),
    ),
  },
  {
    weight: 2,
    arbitrary: deed('offer', source, (s, odd) => {
      const offered = s.assets.offer(odd as Uint8Array);
      return offered.then((offer) => s.assets.push(offer.id)).catch(ignore);
    }),
  },
  {
    weight: 2,
    arbitrary: deed('hear', fc.constantFrom(...handlers), (s, handler) => {
      let left = MOST_REACTIONS;
      const react = (id?: string) => (left-- > 0 ? handler(s, id) : undefined);
      s.onOneWay(() => react());
      s.onPublication(() => react());
      s.world.observe({ entityRemoved: ({ id }) => react(id), entityAdded: ({ id }) => react(id) });
    }),
  },
  {
    weight: 1,
    arbitrary: deed('offer and push', fc.uint8Array({ minLength: 1, maxLength: 20 }), offerAndPush),
  },
  { weight: 1, arbitrary: deed('stop', nothing, (s) => void s.stop()) },
  { weight: 2, arbitrary: deed('start', nothing, (s) => s.start()) },
];

async function offerAndPush({ assets }: PlaceSession, bytes: Uint8Array): Promise<void> {
  const offer = await assets.offer(bytes);
  try {
    assets.push(offer.id);
  } catch {
    // Not every place takes it, and not at every time.
  }
  if (bytes.length % 2 === 0) offer.withdraw();
}

/** A life of a session: one deed after another. */
export const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(fc.oneof(...calls, ...events), {
  minLength: 5,
  maxLength: 60,
  size: 'max',
});

/** What the session answers others with, in turn. */
export const answers: fc.Arbitrary<readonly Body[]> = fc.array(body as unknown as fc.Arbitrary<Body>, {
  minLength: 1,
  maxLength: 4,
});

/** Who the session is, at first. */
export interface Character {
  readonly displayName: string;
  readonly avatar: Components;
}

/** Hardly anybody is odd, for who is does not get in. */
export const characters: fc.Arbitrary<Character> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constant({ displayName: 'Greenhouse', avatar: { text: { string: 'Greenhouse' } } }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      displayName: anything as fc.Arbitrary<unknown> as fc.Arbitrary<string>,
      avatar: components,
    }),
  },
);
