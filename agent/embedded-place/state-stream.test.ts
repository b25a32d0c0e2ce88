import { beforeEach, describe, expect, it } from 'vitest';
import { PlaceStage } from '../../test/support/place-stage.ts';

let stage: PlaceStage;

beforeEach(async () => {
  stage = await PlaceStage.open();
});

describe('state', () => {
  it('is a set first, then patches against what was acknowledged', async () => {
    const ada = await stage.join('Ada', { text: { string: 'a', height: 1 } });
    expect(ada.states[0]).toMatchObject({ style: 'set', entities: { [ada.avatarId]: { id: ada.avatarId } } });
    const before = ada.states.length;
    await stage.ask(ada, 'place', [
      'change_components',
      ada.avatarId,
      'add_or_change',
      { text: { string: 'b', height: 1 } },
      'remove',
      [],
    ]);
    const patch = ada.states[before]!;
    expect(patch).toMatchObject({ style: 'merge', from: ada.states[before - 1]!.revision });
    expect(patch.style === 'merge' && patch.entities[ada.avatarId]).toEqual({
      components: { text: { string: 'b' } },
    });
    expect(ada.components(ada.avatarId)).toEqual({ text: { string: 'b', height: 1 } });
  });

  it('reaches each agent as patches from what that agent holds', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    bob.acknowledges = false;
    const held = bob.revision;
    for (let i = 0; i < 5; i++)
      await stage.ask(ada, 'place', [
        'change_components',
        ada.avatarId,
        'add_or_change',
        { n: { i } },
        'remove',
        [],
      ]);
    await stage.time.advance(1_000);
    expect(bob.states.at(-1)).toMatchObject({ style: 'merge', from: held });
    expect(bob.components(ada.avatarId)).toEqual({ n: { i: 4 } });
    expect(bob.world).toEqual(ada.world);
  });

  it('is a set again for an agent that acknowledges 0, or nothing the place remembers', async () => {
    const ada = await stage.join('Ada');
    ada.acknowledges = false;
    for (const bogus of [0, 999_999]) {
      const before = ada.states.length;
      ada.acknowledge(bogus);
      await stage.time.advance(1_100);
      expect(ada.states[before]).toMatchObject({ style: 'set' });
    }
  });

  it('is not the whole world at every heartbeat, whatever an agent makes believe it holds', async () => {
    const ada = await stage.join('Ada');
    for (let i = 0; i < 8; i++) await stage.ask(ada, 'place', ['spawn_entity', { a: 'x'.repeat(60_000) }]);
    ada.acknowledges = false;
    const before = ada.states.length;
    for (let i = 0; i < 100; i++) {
      ada.acknowledge(i % 2 ? ada.revision : 1_000_000 + i);
      await stage.time.advance(50);
    }
    const whole = ada.states.slice(before).filter(({ style }) => style === 'set');
    expect(whole.length).toBeGreaterThan(2);
    expect(whole.length).toBeLessThanOrEqual(11);
  });

  it('gathers the changes of one heartbeat into one revision', async () => {
    const ada = await stage.join('Ada');
    const revision = ada.revision;
    for (let i = 0; i < 10; i++) void ada.request('place', ['spawn_entity', { n: { i } }]);
    await stage.time.advance(300);
    expect(Object.keys(ada.world)).toHaveLength(12);
    expect(ada.revision - revision).toBeLessThanOrEqual(2);
  });

  it('keeps that pace from whatever moment on, however its fraction rounds', async () => {
    const ada = await stage.join('Ada');
    for (let i = 1; i <= 200; i++) {
      await stage.time.advance(i * 0.123456789);
      await stage.ask(ada, 'place', ['spawn_entity', { n: { i } }]);
      const before = ada.states.length;
      await stage.time.advance(2_000);
      expect(ada.states.length - before).toBeLessThanOrEqual(5);
    }
  });

  it('comes once a second while nothing changes, with the time of the place', async () => {
    const ada = await stage.join('Ada');
    await stage.time.advance(2_000);
    const before = ada.states.length;
    await stage.time.advance(10_000);
    expect(ada.states.length - before).toBe(10);
    expect(ada.components('place')?.clock).toMatchObject({
      time: expect.closeTo(stage.time.now() / 1000, -0.5),
    });
  });

  it('is repeated to an agent that does not acknowledge, ever more rarely', async () => {
    const ada = await stage.join('Ada');
    ada.acknowledges = false;
    await stage.time.advance(10_000);
    const before = ada.states.length;
    await stage.time.advance(10_000);
    expect(ada.states.length - before).toBeGreaterThanOrEqual(9);
    expect(ada.states.length - before).toBeLessThanOrEqual(11);
  });

  it('survives loss: every agent ends with the same world', async () => {
    let n = 0;
    stage.network.options.lose = () => n++ % 3 === 0;
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    for (let i = 0; i < 40; i++) {
      void ada.request('place', ['spawn_entity', { n: { i } }]);
      await stage.time.advance(70);
    }
    stage.network.options.lose = () => false;
    await stage.time.advance(2_000);
    expect(Object.keys(bob.world)).toHaveLength(43);
    expect(bob.worlds.get(bob.revision)).toEqual(ada.worlds.get(bob.revision));
  });
});
