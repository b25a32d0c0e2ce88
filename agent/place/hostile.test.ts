import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace, setOf } from '../../test/support/scripted-place.ts';
import type { PlaceSession } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
});

describe('a place that says nonsense', () => {
  it('is counted by code, and the session goes on', async () => {
    session.start();
    await place.time.advance(100);
    for (const channel of [0, 1, 2, 3, 4]) place.bytes(channel, new Uint8Array([0x7b, 0xff, 0, 0, 0, 1, 2]));
    place.say({ kind: 'response', requestId: 'never asked', body: ['hello'] });
    await place.time.advance(100);
    expect(Object.fromEntries(session.counters.entries())).toEqual({
      ALLO_E_WIRE_JSON: 4,
      ALLO_E_WIRE_END: 1,
      ALLO_E_INTERACTION_UNHEARD: 1,
    });
    expect(session.status.state).toBe('joined');
  });

  it('cannot be made to fail by any bytes', async () => {
    const matrix = Array.from({ length: 16 }, () => 1);
    const seeds = [
      {
        patch_style: 'set',
        revision: 1,
        entities: { lamp: { id: 'lamp', components: { transform: { matrix } } } },
      },
      {
        patch_style: 'merge',
        revision: 2,
        patch_from: 1,
        entities: { 'avatar-1': { components: { a: null } } },
      },
      {
        patch_style: 'apply',
        revision: 3,
        patch_from: 1,
        patches: [{ op: 'copy', from: '/entities', path: '/x' }],
      },
      ['interaction', 'response', 'place', '', '1', ['spawn_entity', 'x']],
      ['interaction', 'request', 'visitor', 'avatar-1', '1', ['poke', true]],
      { cmd: 'interact', interact: { from_entity: 'a', to_entity: 'b', cmd: ['poke'] } },
      { client_clock: 1, server_clock: 2 },
    ].map((seed) => [...JSON.stringify(seed)].map((character) => character.charCodeAt(0)));
    session.onRequest(({ body }) => [body[0], 'ok']);
    session.start();
    await place.time.advance(100);
    place.state(setOf(1, { 'avatar-1': {} }));
    await place.time.advance(10);
    const mutation = fc.record({
      seed: fc.constantFrom(...seeds),
      channel: fc.nat({ max: 4 }),
      at: fc.nat(),
      remove: fc.nat({ max: 3 }),
      insert: fc.array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 3 }),
    });
    for (const { seed, channel, at, remove, insert } of fc.sample(mutation, { numRuns: 5_000, seed: 7 })) {
      place.bytes(channel, new Uint8Array(seed.toSpliced(at % seed.length, remove, ...insert)));
      if (at % 100 === 0) await place.time.advance(20);
    }
    // It may have lost the avatar, or seemed to speak another dialect, and be joined anew.
    await place.time.advance(5_000);
    expect(session.counters.entries().length).toBeGreaterThan(3);
    expect(session.status.state).toBe('joined');
    const answer = session.request('place', ['hello']);
    await place.time.advance(10);
    expect(await answer).toEqual(['hello', 'ok']);
  });

  it('cannot be made to fail by an observer that throws', async () => {
    session.observe({
      status: () => {
        throw new Error('broken');
      },
    });
    session.start();
    await place.time.advance(100);
    expect(session.status.state).toBe('joined');
    expect(session.counters.get('ALLO_E_HANDLER_FAILED')).toBe(2);
  });

  it('says what observers and handlers threw, even to one that throws again', async () => {
    const failures: unknown[] = [];
    session.observe({
      failed: (error) => {
        failures.push(error);
        throw new Error('again');
      },
    });
    session.onOneWay(() => {
      throw new Error('broken');
    });
    session.start();
    await place.time.advance(100);
    place.say({ kind: 'one-way', body: ['wave'] });
    await place.time.advance(100);
    expect(failures).toEqual([new Error('broken')]);
    expect(session.counters.get('ALLO_E_HANDLER_FAILED')).toBe(2);
  });
});
