import { beforeEach, describe, expect, it } from 'vitest';
import { PlaceStage } from '../../test/support/place-stage.ts';
import type { Body } from '../wire/interaction.ts';
import type { JsonObject } from '../wire/json.ts';

let stage: PlaceStage;

beforeEach(async () => {
  stage = await PlaceStage.open();
});

describe('announcing', () => {
  it('gives an avatar with its children and the name of the place', async () => {
    const agent = await stage.connect();
    const avatar = {
      text: { string: 'me' },
      children: [{ text: { string: 'hand' }, children: [{ text: { string: 'finger' } }] }],
    };
    const answer = await stage.soon(agent.announce(avatar, 'Ada'));
    await stage.time.advance(200);

    expect(answer).toEqual(['announce', agent.avatarId, 'Greenhouse']);
    expect(stage.place.agents).toMatchObject([{ displayName: 'Ada', avatarId: agent.avatarId }]);
    const entities = Object.values(agent.world) as { id: string; components: JsonObject }[];
    const called = (string: string) =>
      entities.find(({ components }) => (components.text as JsonObject)?.string === string);
    expect(called('me')).toEqual({ id: agent.avatarId, components: { text: { string: 'me' } } });
    expect(called('hand')?.components.relationships).toEqual({ parent: agent.avatarId });
    expect(called('finger')?.components.relationships).toEqual({ parent: called('hand')?.id });
  });

  it('comes before everything else: no state, no clock, no answers', async () => {
    const agent = await stage.connect();
    expect(await stage.soon(agent.request('place', ['spawn_entity', {}], ''))).toEqual([
      'error',
      'forbidden_request',
      'spawn_entity',
    ]);
    const silent = await stage.connect();
    silent.askTime(1);
    silent.acknowledge(0);
    await stage.time.advance(1_000);
    expect(silent.states).toEqual([]);
    expect(silent.clocks).toEqual([]);
  });

  it('in another version is answered by disconnecting with 1003', async () => {
    const agent = await stage.connect();
    const body: Body = ['announce', 'version', 3, 'identity', { display_name: 'x' }, 'spawn_avatar', {}];
    void agent.request('place', body, '');
    await stage.time.advance(100);
    expect(agent.closed).toEqual({ by: 'remote', code: 1003 });
    expect(stage.place.faults.get('ALLO_E_AGENT_VERSION')).toBe(1);
  });

  it('with an avatar that is too large is answered with an error, then disconnected with 1002', async () => {
    const agent = await stage.connect();
    const answer = await stage.soon(agent.announce({ picture: 'x'.repeat(100_000) }));
    expect(answer.slice(0, 3)).toEqual(['announce', 'error', 1002]);
    await stage.time.advance(100);
    expect(agent.closed).toEqual({ by: 'remote', code: 1002 });
    expect(stage.log).toEqual(['turned away: component picture is larger than 65536 bytes']);
  });

  it('has to happen within 5 s', async () => {
    const agent = await stage.connect();
    await stage.time.advance(4_900);
    expect(agent.closed).toBeUndefined();
    await stage.time.advance(200);
    expect(agent.closed).toEqual({ by: 'remote', code: 1002 });
    expect(stage.log).toEqual(['turned away: it did not announce itself']);
  });

  it('happens once', async () => {
    const agent = await stage.join('Ada');
    expect(
      await stage.ask(agent, 'place', ['announce', 'version', 1, 'identity', {}, 'spawn_avatar', {}]),
    ).toEqual(['error', 'invalid_request', 'announce']);
  });
});

describe('leaving', () => {
  it('takes the entities of an agent along, at once for everyone', async () => {
    const ada = await stage.join('Ada', { children: [{}, {}] });
    const bob = await stage.join('Bob');
    expect(Object.keys(bob.world)).toHaveLength(5);
    ada.connection.close(1001);
    await stage.time.advance(200);
    expect(Object.keys(bob.world).sort()).toEqual(['place', bob.avatarId].sort());
    expect(stage.log).toEqual(['Ada joined', 'Bob joined', 'Ada left: remote 1001']);
  });

  it('leaves what others hung onto those entities at the root', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob', { relationships: { parent: ada.avatarId }, text: { string: 'b' } });
    ada.connection.close(1001);
    await stage.time.advance(200);
    expect(bob.components(bob.avatarId)).toEqual({ text: { string: 'b' } });
  });

  it('tells those who wait for an answer of the one who left', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const asked = ada.request(bob.avatarId, ['poke', true]);
    await stage.time.advance(50);
    bob.connection.close(1001);
    expect(await stage.soon(asked)).toEqual(['error', 'invalid_recipient', 'poke', bob.avatarId]);
  });

  it('is told to everyone when the place stops', async () => {
    const ada = await stage.join('Ada');
    stage.place.stop();
    await stage.time.advance(100);
    expect(ada.closed).toEqual({ by: 'remote', code: 1000 });
    expect(stage.log.at(-1)).toBe('Ada left: local 1000');
    expect(stage.time.pending).toBe(0);
  });

  it('makes room in a place that was full', async () => {
    stage = await PlaceStage.open({ agents: 1 });
    const ada = await stage.join('Ada');
    const bob = await stage.connect();
    await stage.time.advance(100);
    expect(bob.closed).toEqual({ by: 'remote', code: 1004 });
    ada.connection.close(1001);
    await stage.time.advance(100);
    expect(await stage.join('Carl')).toMatchObject({ closed: undefined });
  });
});
