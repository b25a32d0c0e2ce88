import { beforeEach, describe, expect, it } from 'vitest';
import { PlaceStage } from '../../test/support/place-stage.ts';

let stage: PlaceStage;

beforeEach(async () => {
  stage = await PlaceStage.open();
});

describe('interactions between entities', () => {
  it('reach the recipient as they are, and responses find their way back', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const asked = ada.request(bob.avatarId, ['custom', { a: [1, 2.5, null, true], s: 'å"\\\n' }]);
    await stage.time.advance(50);
    const request = bob.interactions.at(-1)!;
    expect(request).toMatchObject({ kind: 'request', from: ada.avatarId, to: bob.avatarId });
    expect(request.body).toEqual(['custom', { a: [1, 2.5, null, true], s: 'å"\\\n' }]);
    bob.respond(request, ['custom', 'ok']);
    expect(await stage.soon(asked)).toEqual(['custom', 'ok']);
    ada.oneWay(bob.avatarId, ['point-exit']);
    await stage.time.advance(50);
    expect(bob.interactions.at(-1)).toMatchObject({ kind: 'one-way', body: ['point-exit'] });
  });

  it('come only from entities of the sender', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    expect(await stage.ask(ada, bob.avatarId, ['poke', true], bob.avatarId)).toEqual([
      'error',
      'forbidden_request',
      'poke',
    ]);
    ada.say({ kind: 'one-way', from: 'nobody', to: bob.avatarId, requestId: '', body: ['boo'] });
    ada.say({ kind: 'publication', from: bob.avatarId, to: '', requestId: '', body: ['boo'] });
    await stage.time.advance(50);
    expect(bob.interactions).toEqual([]);
    expect(stage.place.faults.get('ALLO_E_AGENT_FORBIDDEN')).toBe(3);
  });

  it('to nobody are answered with an error in the name of who was asked', async () => {
    const ada = await stage.join('Ada');
    for (const nobody of ['nosuchent', ''])
      expect(await stage.ask(ada, nobody, ['poke', true])).toEqual([
        'error',
        'invalid_recipient',
        'poke',
        nobody,
      ]);
    ada.oneWay('nosuchent', ['point-exit']);
    await stage.time.advance(50);
    expect(ada.interactions).toEqual([]);
    expect(stage.place.faults.get('ALLO_E_AGENT_RECIPIENT')).toBe(3);
  });

  it('cannot be answered by somebody else, twice, or unasked', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const eve = await stage.join('Eve');
    const asked = ada.request(bob.avatarId, ['poke', true]);
    await stage.time.advance(50);
    const request = bob.interactions.at(-1)!;
    eve.respond({ ...request, to: eve.avatarId }, ['poke', 'failed', 'by Eve']);
    eve.respond(request, ['poke', 'failed', 'by Eve as Bob']);
    await stage.time.advance(50);
    bob.respond(request, ['poke', 'ok']);
    bob.respond(request, ['poke', 'ok']);
    expect(await stage.soon(asked)).toEqual(['poke', 'ok']);
    await stage.time.advance(50);
    expect(ada.interactions).toEqual([]);
    expect(Object.fromEntries(stage.place.faults.entries())).toEqual({
      ALLO_E_AGENT_FORBIDDEN: 1,
      ALLO_E_AGENT_UNASKED: 2,
    });
  });

  it('may wait for so many answers, and no longer than 30 s', async () => {
    stage = await PlaceStage.open({ outstandingPerAgent: 2 });
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    void ada.request(bob.avatarId, ['one']);
    void ada.request(bob.avatarId, ['two']);
    expect(await stage.ask(ada, bob.avatarId, ['three'])).toEqual([
      'three',
      'failed',
      '2 requests wait for an answer already',
    ]);
    await stage.time.advance(30_000);
    const answered = ada.request(bob.avatarId, ['four']);
    await stage.time.advance(50);
    bob.respond(bob.interactions.at(-1)!, ['four', 'ok']);
    expect(await stage.soon(answered)).toEqual(['four', 'ok']);
  });
});

describe('publications', () => {
  it('reach those who subscribed to them, once each', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const eve = await stage.join('Eve');
    const [, subscription] = await stage.ask(bob, 'place', ['subscribe', '["new_tweet", X]']);
    await stage.ask(bob, 'place', ['subscribe', '[_, "hi"]']);
    ada.publish(['new_tweet', 'hi']);
    ada.publish(['new_tweet', 'ho']);
    ada.publish(['old_tweet', 'ho']);
    await stage.time.advance(50);
    expect(bob.interactions.map(({ kind, from, to, body }) => [kind, from, to, ...body])).toEqual([
      ['publication', ada.avatarId, '', 'new_tweet', 'hi'],
      ['publication', ada.avatarId, '', 'new_tweet', 'ho'],
    ]);
    expect(eve.interactions).toEqual([]);

    expect(await stage.ask(bob, 'place', ['unsubscribe', subscription!])).toEqual(['unsubscribe', 'ok']);
    ada.publish(['new_tweet', 'ho']);
    await stage.time.advance(50);
    expect(bob.interactions).toHaveLength(2);
  });

  it('do not reach subscriptions of others', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const [, subscription] = await stage.ask(bob, 'place', ['subscribe', '["x"]']);
    expect(await stage.ask(ada, 'place', ['unsubscribe', subscription!])).toEqual([
      'unsubscribe',
      'not_subscribed',
    ]);
  });
});

describe('a flood', () => {
  it('is cut to what the limits allow, and everybody else is served', async () => {
    const eve = await stage.join('Eve');
    const ada = await stage.join('Ada');
    for (let i = 0; i < 20_000; i++) eve.oneWay(ada.avatarId, ['boo', i]);
    await stage.time.advance(1_000);
    expect(ada.interactions.length).toBeLessThanOrEqual(1_000);
    expect(stage.place.faults.get('ALLO_E_AGENT_FLOOD')).toBeGreaterThanOrEqual(19_000);
    expect(await stage.ask(ada, 'place', ['spawn_entity', {}])).toEqual(['spawn_entity', expect.any(String)]);
    await stage.time.advance(3_000);
    expect(await stage.ask(eve, 'place', ['spawn_entity', {}])).toEqual(['spawn_entity', expect.any(String)]);
  });

  it('of questions leaves whoever answers them free to speak', async () => {
    const eve = await stage.join('Eve');
    const bob = await stage.join('Bob');
    const ada = await stage.join('Ada');
    for (let second = 0; second < 6; second++) {
      for (let i = 0; i < 500; i++) void eve.request(bob.avatarId, ['really?']);
      await stage.time.advance(500);
      for (const request of bob.interactions.splice(0)) bob.respond(request, ['really?', 'yes']);
      for (let i = 0; i < 300; i++) bob.oneWay(ada.avatarId, ['reading', i]);
      await stage.time.advance(500);
    }
    expect(ada.interactions.length).toBe(1_800);
  });

  it('of large packets is cut sooner', async () => {
    const eve = await stage.join('Eve');
    const ada = await stage.join('Ada');
    for (let i = 0; i < 100; i++) eve.oneWay(ada.avatarId, ['boo', 'x'.repeat(100_000)]);
    await stage.time.advance(100);
    expect(ada.interactions.length).toBe(40);
  });
});
