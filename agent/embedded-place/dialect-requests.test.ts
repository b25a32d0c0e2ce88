import { describe, expect, it } from 'vitest';
import { answerTo, open } from '../../test/support/dialect-stage.ts';
import type { DialectName } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';

const servers: readonly DialectName[] = ['v1', 'v2', 'v3', 'v4'];

describe('what cannot be done', () => {
  const unknown: Body = ['nonsense', 1];
  it.each<[DialectName, Body | 'silence', Body | 'silence']>([
    ['v1', 'silence', 'silence'],
    ['v2', 'silence', 'silence'],
    ['v3', 'silence', 'silence'],
    ['v4', ['nonsense', 'error', 'invalid request'], ['nonsense', 'error', 'invalid request']],
    [
      'alloplace',
      ['error', "Greenhouse doesn't understand nonsense"],
      ['error', 'invalid_recipient', 'nonsense', 'nobody'],
    ],
  ])('is answered by %s as its places answer', async (name, byPlace, forNobody) => {
    const stage = await open(name);
    const ada = await stage.join('Ada');
    expect(await answerTo(stage, ada, 'place', unknown)).toEqual(byPlace);
    expect(await answerTo(stage, ada, 'nobody', unknown)).toEqual(forNobody);
  });

  it('comes back one-way from alloplace where it was said one-way or published', async () => {
    const stage = await open('alloplace');
    const ada = await stage.join('Ada');
    ada.oneWay('nobody', ['point-exit']);
    ada.publish(['news']);
    await stage.time.advance(50);
    expect(ada.interactions).toMatchObject([
      {
        kind: 'one-way',
        from: 'nobody',
        to: ada.avatarId,
        body: ['error', 'invalid_recipient', 'point-exit', 'nobody'],
      },
      { kind: 'one-way', from: '', to: ada.avatarId, body: ['error', 'invalid_recipient', 'news', ''] },
    ]);
  });

  it.each(servers)('is not to pretend to be somebody else: %s lets everybody', async (name) => {
    const stage = await open(name);
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    void ada.request(bob.avatarId, ['poke', true], 'whoever');
    await stage.time.advance(50);
    expect(bob.interactions).toMatchObject([{ from: 'whoever', to: bob.avatarId, body: ['poke', true] }]);
  });
});

describe('entities', () => {
  it.each<DialectName>(['v2', 'v3', 'alloplace', 'v4'])(
    'of %s get a transform, and go with their parent even where they should stay',
    async (name) => {
      const stage = await open(name);
      const ada = await stage.join('Ada');
      const spawn: Body = ['spawn_entity', { children: [{ text: { string: 'child' } }] }];
      const [, id] = await stage.ask(ada, 'place', spawn);
      expect(ada.components(id as string)?.transform).toBeDefined();
      const before = Object.keys(ada.world).length;
      expect(await stage.ask(ada, 'place', ['remove_entity', id!, 'reparent'])).toEqual([
        'remove_entity',
        'ok',
      ]);
      expect(Object.keys(ada.world)).toHaveLength(before - 2);
    },
  );

  it('cannot be spawned in v1', async () => {
    const stage = await open('v1');
    const ada = await stage.join('Ada');
    expect(await answerTo(stage, ada, 'place', ['spawn_entity', {}])).toBe('silence');
  });

  it.each<[DialectName, Body | 'silence', Body]>([
    ['v2', 'silence', ['remove_entity', 'failed']],
    ['v3', ['change_components', 'error', 'no such entity'], ['remove_entity', 'failed']],
    ['v4', ['change_components', 'error', 'no such entity'], ['remove_entity', 'failed']],
    ['alloplace', ['error', 'invalid_request', 'change_components'], ['remove_entity', 'ok']],
  ])('that are not there: %s says so in its way', async (name, changed, removed) => {
    const stage = await open(name);
    const ada = await stage.join('Ada');
    const change: Body = ['change_components', 'nobody', 'add_or_change', {}, 'remove', []];
    expect(await answerTo(stage, ada, 'place', change)).toEqual(changed);
    expect(await answerTo(stage, ada, 'place', ['remove_entity', 'nobody', 'cascade'])).toEqual(removed);
  });

  it('belong to everybody in the reference servers, to one agent in alloplace', async () => {
    for (const name of ['v3', 'alloplace'] as const) {
      const stage = await open(name);
      const ada = await stage.join('Ada');
      const bob = await stage.join('Bob');
      const change: Body = ['change_components', ada.avatarId, 'add_or_change', { hat: 1 }, 'remove', []];
      const answer = await stage.ask(bob, 'place', change);
      expect(answer).toEqual(
        name === 'v3' ? ['change_components', 'ok'] : ['error', 'invalid_request', 'change_components'],
      );
    }
  });

  it('keep members that are null in a whole state, which a patch loses', async () => {
    const stage = await open('v3');
    const ada = await stage.join('Ada', { odd: { a: null, b: 1 } });
    ada.acknowledge(0);
    await stage.time.advance(300);
    const whole = ada.states.findLast(({ style }) => style === 'set');
    expect(whole).toMatchObject({
      entities: { [ada.avatarId]: { components: { odd: { a: null, b: 1 } } } },
    });
  });
});

describe('what v3 and v4 know besides', () => {
  const animation = { path: 'hat.height', from: 0, to: 10, start_at: 2, duration: 2, easing: 'linear' };

  it.each<DialectName>(['v3', 'v4'])(
    '%s animates a number in a component, and lists what it animates',
    async (name) => {
      const stage = await open(name);
      const ada = await stage.join('Ada', { hat: { height: 1 } });
      ada.intend({});
      const [, ok, id] = await stage.ask(ada, 'place', ['add_property_animation', animation]);
      expect(ok).toBe('ok');
      const height = () => (ada.components(ada.avatarId)?.hat as { height: number } | undefined)?.height;
      const listed = () => ada.components(ada.avatarId)?.property_animations;
      expect(listed()).toEqual({ animations: { [id as string]: animation } });
      await stage.time.advance(3_000 - stage.time.now() + 250);
      expect(height()).toBeGreaterThan(4);
      expect(height()).toBeLessThan(7);
      await stage.time.advance(1_000);
      expect(height()).toBe(10);
      expect(listed()).toEqual({ animations: {} });
    },
  );

  it('stop an animation where it is', async () => {
    const stage = await open('v4');
    const ada = await stage.join('Ada', { hat: { height: 1 } });
    const [, , id] = await stage.ask(ada, 'place', ['add_property_animation', animation]);
    expect(await stage.ask(ada, 'place', ['remove_property_animation', id!])).toEqual([
      'remove_property_animation',
      'ok',
      id,
    ]);
    await stage.time.advance(5_000);
    expect(ada.components(ada.avatarId)?.hat).toEqual({ height: 1 });
  });

  it.each<[Body, Body]>([
    [
      ['add_property_animation', { path: 'x' }],
      ['add_property_animation', 'failed', 'invalid argument'],
    ],
    [
      ['remove_property_animation', 'nothing'],
      ['remove_property_animation', 'failed', "can't remove that animation because it doesn't exist"],
    ],
    [
      ['launch_app', 'alloapp:http://apps.example/clock', {}],
      ['launch_app', 'error', 'Failed connection to app gateway'],
    ],
    [
      ['launch_app', 'http://apps.example/clock'],
      ['launch_app', 'error', 'invalid request'],
    ],
    [
      ['kick_agent', 'nobody'],
      ['list_agents', 'error', 'agent not found'],
    ],
    [
      ['kick_agent', 1],
      ['kick_agent', 'error', 'invalid request'],
    ],
  ])('answer %j with %j', async (body, answer) => {
    const stage = await open('v4');
    const ada = await stage.join('Ada');
    expect(await answerTo(stage, ada, 'place', body)).toEqual(answer);
  });

  it('list who is there, the newest first, and send away whom they are told to', async () => {
    const stage = await open('v4');
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob', { visor: {} });
    const [, ok, agents] = await stage.ask(ada, 'place', ['list_agents']);
    expect(ok).toBe('ok');
    expect(agents).toMatchObject([
      { display_name: 'Bob', avatar_id: bob.avatarId, is_visor: true },
      { display_name: 'Ada', avatar_id: ada.avatarId, is_visor: false },
    ]);
    const { agent_id } = (agents as { agent_id: string }[])[0]!;
    expect(await stage.ask(ada, 'place', ['kick_agent', agent_id])).toEqual(['list_agents', 'ok']);
    expect(bob.closed).toEqual({ by: 'remote', code: 1005 });
  });
});
