import { beforeEach, expect, it } from 'vitest';
import { ScriptedPlace } from '../../test/support/scripted-place.ts';
import type { Body } from '../wire/interaction.ts';

// Every rule by itself: test/place/never-sent.test.ts; whatever is asked of a session: test/place/session-safety.test.ts.

let place: ScriptedPlace;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
});

it('a request that may not be sent is rejected with the reason, counted by it, and does not leave', async () => {
  const session = place.session();
  session.start();
  await place.time.advance(100);
  const before = place.interactions.length;
  await expect(session.request('place', ['spawn_entity', { components: {} }])).rejects.toMatchObject({
    code: 'ALLO_E_REQUEST_UNSENDABLE',
    message:
      '"spawn_entity" may not be sent: components lie loose in the description of an entity, not in `components`',
  });
  expect(session.counters.get('ALLO_E_WIRE_COMPONENT')).toBe(1);
  await place.time.advance(100);
  expect(place.interactions).toHaveLength(before);
});

it('an agent cannot be made to say it by whoever asks it something in the name of the place', async () => {
  const session = place.session();
  session.onRequest(() => ['announce', 'ok']);
  session.start();
  await place.time.advance(100);
  place.say({ kind: 'request', from: 'place', requestId: '1', body: ['announce'] as Body });
  await place.time.advance(100);
  expect(place.bodies('announce')).toHaveLength(1);
  expect(session.counters.get('ALLO_E_WIRE_REQUEST')).toBe(2);
});

it('an avatar that may not be sent keeps the agent out, and the status says so', async () => {
  const session = place.session({ avatar: { height: Number.NaN } });
  session.start();
  await place.time.advance(200);
  expect(place.received).toEqual([]);
  expect(session.status.error?.code).toBe('ALLO_E_REQUEST_UNSENDABLE');
  session.entities.update('avatar', { height: 1 });
  await place.time.advance(5_000);
  expect(session.status.state).toBe('joined');
});
