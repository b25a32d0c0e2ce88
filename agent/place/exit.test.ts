import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Received, ScriptedPlace } from '../../test/support/scripted-place.ts';
import type { Body } from '../wire/interaction.ts';
import type { Json } from '../wire/json.ts';
import type { PlaceSession } from './session.ts';

/** What a caller in plain JavaScript, or a device with odd values, may hand over. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, undefined, '\0', '\ud800', null, []),
) as fc.Arbitrary<Json>;
const name = fc.constantFrom('avatar', 'lamp', 'soil', 'place', '', 'x'.repeat(300));
const body = fc.oneof(fc.tuple(fc.string(), anything, anything), anything) as unknown as fc.Arbitrary<Body>;
const components = fc.dictionary(fc.string({ maxLength: 6 }), anything, { maxKeys: 3 });

type Call = (session: PlaceSession) => unknown;
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(name, body, name).map(
    ([to, said, from]): Call =>
      (s) =>
        s.oneWay(to, said, from),
  ),
  fc.tuple(body, name).map(
    ([said, from]): Call =>
      (s) =>
        s.publish(said, from),
  ),
  fc.tuple(name, body, name).map(
    ([to, said, from]): Call =>
      (s) =>
        s.request(to, said, { from }).catch(() => {}),
  ),
  fc.tuple(name, components, name).map(
    ([key, c, parent]): Call =>
      (s) =>
        s.entities.declare(key, c, { parent }),
  ),
  fc.tuple(name, components).map(
    ([key, c]): Call =>
      (s) =>
        s.entities.update(key, c),
  ),
  name.map(
    (key): Call =>
      (s) =>
        s.entities.remove(key),
  ),
  fc.tuple(name, fc.uint8Array({ maxLength: 6 })).map(
    ([key, bytes]): Call =>
      (s) =>
        s.tracks.outgoing(key).send(bytes),
  ),
);

/** The rules of the protocol document that keep deployed places alive, one by one. */
function expectHarmless({ channel, text, size }: Received): void {
  expect(text.endsWith('\n')).toBe(true);
  if (channel === 3) return void expect(size).toBeGreaterThanOrEqual(8);
  const escapes = text.replaceAll('\\\\', '');
  expect(escapes).not.toMatch(/\\u0000|\\ud[89a-f]/);
  const packet = JSON.parse(text) as unknown;
  if (channel === 0) {
    const { intent } = packet as { intent: Record<string, unknown> };
    for (const key of ['zmovement', 'xmovement', 'yaw', 'pitch']) expect(intent[key]).toBeTypeOf('number');
    expect(intent.poses).toEqual({});
    return void expect(Number.isSafeInteger(intent.ack_state_rev)).toBe(true);
  }
  if (channel === 4) return void expect(Object.values(packet as object)).toEqual([expect.any(Number)]);
  expect(channel).toBe(1);
  const interaction = packet as unknown[];
  expect(interaction).toHaveLength(6);
  expect(interaction.slice(0, 5).every((item) => typeof item === 'string')).toBe(true);
  expect((interaction[5] as unknown[])[0]).toBeTypeOf('string');
}

it('no sequence of calls on a session sends what could harm a place', async () => {
  const run = fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
    const place = new ScriptedPlace();
    await place.open();
    const session = place.session();
    session.start();
    await place.time.advance(100);
    for (const [i, make] of calls.entries()) {
      make(session);
      if (i % 5 === 0) await place.time.advance(300);
    }
    await place.time.advance(2_000);
    expect(place.received.length).toBeGreaterThan(3);
    expect(place.interactions[0]?.body[0]).toBe('announce');
    for (const packet of place.received) expectHarmless(packet);
  });
  await fc.assert(run, { numRuns: 60 });
});

it('an avatar that may not be sent keeps the agent out, and the status says so', async () => {
  const place = new ScriptedPlace();
  await place.open();
  const session = place.session({ avatar: { height: Number.NaN } });
  session.start();
  await place.time.advance(200);
  expect(place.received).toEqual([]);
  expect(session.status.error?.code).toBe('ALLO_E_REQUEST_UNSENDABLE');
  session.entities.update('avatar', { height: 1 });
  await place.time.advance(5_000);
  expect(session.status.state).toBe('joined');
});
