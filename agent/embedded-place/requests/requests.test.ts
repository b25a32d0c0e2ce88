import { beforeEach, describe, expect, it } from 'vitest';
import { PlaceStage } from '../../../test/support/place-stage.ts';
import type { Body } from '../../wire/interaction.ts';
import type { Limits } from '../limits.ts';

let stage: PlaceStage;

beforeEach(async () => {
  stage = await PlaceStage.open();
});

describe('requests to the place', () => {
  it('spawn entities with children, and remove them with or without', async () => {
    const ada = await stage.join('Ada');
    const spawn = ['spawn_entity', { text: { string: 'p' }, children: [{ text: { string: 'c' } }] }] as const;
    const [, parent] = await stage.ask(ada, 'place', spawn);
    expect(Object.keys(ada.world)).toHaveLength(4);
    expect(await stage.ask(ada, 'place', ['remove_entity', parent!, 'reparent'])).toEqual([
      'remove_entity',
      'ok',
    ]);
    expect(Object.keys(ada.world)).toHaveLength(3);
    const orphan = Object.values(ada.world).find((e) => JSON.stringify(e).includes('"c"'));
    expect(orphan).toMatchObject({ components: { text: { string: 'c' } } });
    expect(JSON.stringify(orphan)).not.toContain('relationships');

    const [, again] = await stage.ask(ada, 'place', spawn);
    expect(await stage.ask(ada, 'place', ['remove_entity', again!, 'cascade'])).toEqual([
      'remove_entity',
      'ok',
    ]);
    expect(Object.keys(ada.world)).toHaveLength(3);
  });

  it('change, add and remove components', async () => {
    const ada = await stage.join('Ada', { text: { string: 'a' }, old: {} });
    const changes = { text: { string: 'b' }, fresh: { n: 1 } };
    const body: Body = ['change_components', ada.avatarId, 'add_or_change', changes, 'remove', ['old']];
    expect(await stage.ask(ada, 'place', body)).toEqual(['change_components', 'ok']);
    expect(ada.components(ada.avatarId)).toEqual(changes);
  });

  it('touch only what the sender owns', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const change = (id: string): Body => ['change_components', id, 'add_or_change', { x: 1 }, 'remove', []];
    expect(await stage.ask(bob, 'place', change(ada.avatarId))).toEqual([
      'error',
      'forbidden_request',
      'change_components',
    ]);
    expect(await stage.ask(bob, 'place', change('place'))).toEqual([
      'error',
      'forbidden_request',
      'change_components',
    ]);
    expect(await stage.ask(bob, 'place', change('nobody'))).toEqual([
      'change_components',
      'error',
      'no such entity',
    ]);
    expect(await stage.ask(bob, 'place', ['remove_entity', ada.avatarId, 'cascade'])).toEqual([
      'error',
      'forbidden_request',
      'remove_entity',
    ]);
    expect(stage.place.faults.get('ALLO_E_AGENT_FORBIDDEN')).toBe(3);
  });

  it.each<[Body, Body]>([
    [
      ['lol', 1, 2, 3],
      ['error', "Greenhouse doesn't understand lol"],
    ],
    [['spawn_entity'], ['error', 'invalid_request', 'spawn_entity']],
    [
      ['spawn_entity', { live_media: {} }],
      ['spawn_entity', 'failed', 'live_media comes from allocate_track'],
    ],
    [
      ['spawn_entity', { children: 1 }],
      ['spawn_entity', 'failed', 'children is not a list'],
    ],
    [
      ['spawn_entity', { children: [1] }],
      ['spawn_entity', 'failed', 'a child is not an object of components'],
    ],
    [
      ['spawn_entity', { text: null }],
      ['spawn_entity', 'failed', 'component text has no value'],
    ],
    [
      ['remove_entity', 'nobody', 'cascade'],
      ['remove_entity', 'failed', 'no such entity'],
    ],
    [
      ['remove_entity', 'nobody', 'burn'],
      ['error', 'invalid_request', 'remove_entity'],
    ],
    [
      ['change_components', 1],
      ['error', 'invalid_request', 'change_components'],
    ],
    [
      ['change_components', 'nobody', 'remove', [1]],
      ['error', 'invalid_request', 'change_components'],
    ],
    [
      ['subscribe', 1],
      ['error', 'invalid_request', 'subscribe'],
    ],
    [
      ['subscribe', '["a"'],
      ['subscribe', 'failed', 'the pattern has to be a list'],
    ],
    [
      ['unsubscribe', 'x'],
      ['unsubscribe', 'not_subscribed'],
    ],
    [
      ['allocate_track', 'video', 48_000, 1, 'h264'],
      ['allocate_track', 'failed', 'only audio at 48000 Hz, mono, as opus is supported'],
    ],
  ])('%j is answered %j', async (body, answer) => {
    const ada = await stage.join('Ada');
    expect(await stage.ask(ada, 'place', body)).toEqual(answer);
  });

  it.each<[string, Partial<Limits>, Body, string]>([
    [
      'entities',
      { entitiesPerAgent: 2 },
      ['spawn_entity', { children: [{}] }],
      'an agent may have 2 entities',
    ],
    [
      'components',
      { componentsPerEntity: 1 },
      ['spawn_entity', { a: 1, b: 1 }],
      'an entity may have 1 components',
    ],
    [
      'a component',
      { componentSize: 10 },
      ['spawn_entity', { a: 'x'.repeat(10) }],
      'component a is larger than 10 bytes',
    ],
    [
      'an agent',
      { agentSize: 100 },
      ['spawn_entity', { a: 'x'.repeat(10) }],
      'the entities of an agent may hold 100 bytes',
    ],
    [
      'entities a second',
      { spawnsPerSecond: 2 },
      ['spawn_entity', { children: [{}, {}, {}] }],
      'too many entities at once; try again later',
    ],
    ['the world', { worldSize: 250 }, ['spawn_entity', { a: 'x'.repeat(30) }], 'the place is full'],
    ['subscriptions', { subscriptionsPerAgent: 0 }, ['subscribe', '[]'], 'an agent may have 0 subscriptions'],
    [
      'tracks',
      { tracksPerAgent: 0 },
      ['allocate_track', 'audio', 48_000, 1, 'opus'],
      'an agent may have 0 tracks',
    ],
  ])('are refused beyond the limit of %s', async (_name, limits, body, why) => {
    stage = await PlaceStage.open(limits);
    const ada = await stage.join('Ada');
    expect(await stage.ask(ada, 'place', body)).toEqual([body[0], 'failed', why]);
    expect(stage.place.faults.get('ALLO_E_AGENT_LIMIT')).toBe(1);
  });
});
