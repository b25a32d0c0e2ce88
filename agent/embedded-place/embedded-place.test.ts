import { beforeEach, describe, expect, it } from 'vitest';
import { PlaceStage } from '../../test/support/place-stage.ts';
import type { PlainAgent } from '../../test/support/plain-agent.ts';
import type { Body } from '../wire/interaction.ts';

let stage: PlaceStage;

beforeEach(async () => {
  stage = await PlaceStage.open();
});

describe('tracks', () => {
  const allocate: Body = ['allocate_track', 'audio', 48_000, 1, 'opus'];
  const opus = new Uint8Array([0xfc, 1, 2, 3]);

  it('are carried by the entity that asked, and relayed to everyone else', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const eve = await stage.join('Eve');
    expect(await stage.ask(ada, 'place', allocate)).toEqual(['allocate_track', 'ok', 1]);
    expect(bob.components(ada.avatarId)).toEqual({
      live_media: { track_id: 1, sample_rate: 48_000, channel_count: 1, format: 'opus' },
    });
    ada.play(1, opus);
    await stage.time.advance(50);
    for (const listener of [bob, eve]) expect(listener.media).toEqual([{ trackId: 1, payload: opus }]);
    expect(ada.media).toEqual([]);
  });

  it('are one to an entity, until it gives up its live_media component', async () => {
    const ada = await stage.join('Ada');
    await stage.ask(ada, 'place', allocate);
    expect(await stage.ask(ada, 'place', allocate)).toEqual([
      'allocate_track',
      'failed',
      'only one track allowed per entity',
    ]);
    await stage.ask(ada, 'place', ['change_components', ada.avatarId, 'remove', ['live_media']]);
    expect(await stage.ask(ada, 'place', allocate)).toEqual(['allocate_track', 'ok', 2]);
  });

  it('take media from their owner only, and none once the entity is gone', async () => {
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    const [, speaker] = await stage.ask(ada, 'place', ['spawn_entity', {}]);
    await stage.ask(ada, 'place', allocate, speaker as string);
    bob.play(1, opus);
    ada.play(77, opus);
    await stage.ask(ada, 'place', ['remove_entity', speaker!, 'cascade']);
    ada.play(1, opus);
    await stage.time.advance(50);
    expect([...ada.media, ...bob.media]).toEqual([]);
    expect(stage.place.faults.get('ALLO_E_AGENT_FORBIDDEN')).toBe(3);
  });
});

describe('the clock', () => {
  it('echoes the question with the time of the place, in seconds', async () => {
    const ada = await stage.join('Ada');
    ada.askTime(123.456);
    await stage.time.advance(1);
    const asked = stage.time.now();
    await stage.time.advance(1);
    expect(ada.clocks).toEqual([{ clientClock: 123.456, serverClock: asked / 1000 }]);
  });
});

describe('an intent', () => {
  const position = (agent: PlainAgent) => {
    const { transform } = agent.components(agent.avatarId) as { transform: { matrix: number[] } };
    return transform.matrix.slice(12, 15);
  };

  it('moves the avatar where it looks, at 2 m/s, until the next', async () => {
    const ada = await stage.join('Ada', {
      transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1.5, 0, 1] },
    });
    ada.intend({ zmovement: 1, yaw: 0.5 });
    await stage.time.advance(1_000);
    ada.intend({ yaw: 0.5 });
    await stage.time.advance(1_100);
    const [x, y, z] = position(ada);
    expect([x, y, z]).toEqual([
      expect.closeTo(-2 * Math.sin(0.5), 0),
      1.5,
      expect.closeTo(2 * Math.cos(0.5), 0),
    ]);
    await stage.time.advance(2_000);
    expect(position(ada)).toEqual([x, y, z]);
  });

  it('gives poses to the entities that follow them', async () => {
    const ada = await stage.join('Ada', { children: [{ intent: { actuate_pose: 'head' } }] });
    const head = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1.7, 0, 1];
    ada.intend({ poses: { head: { matrix: head }, root: { matrix: head } } });
    await stage.time.advance(200);
    const child = Object.keys(ada.world).find((id) => id !== 'place' && id !== ada.avatarId)!;
    expect(ada.components(child)?.transform).toEqual({ matrix: head });
    expect(ada.components(ada.avatarId)).not.toHaveProperty('transform');
  });

  it('writes no more than an agent may hold', async () => {
    stage = await PlaceStage.open({ agentSize: 300 });
    const ada = await stage.join('Ada', { intent: { actuate_pose: 'head' } });
    const matrix = Array.from({ length: 16 }, (_, i) => -1.2345678901234567e-100 * (i + 1));
    ada.intend({ poses: { head: { matrix } } });
    await stage.time.advance(200);
    expect(ada.components(ada.avatarId)).not.toHaveProperty('transform');
  });

  it('of an agent that never moves leaves its avatar as it was announced', async () => {
    const turned = [0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 2, 3, 1];
    const ada = await stage.join('Ada', { transform: { matrix: turned } });
    ada.intend({});
    await stage.time.advance(500);
    expect(ada.components(ada.avatarId)?.transform).toEqual({ matrix: turned });
  });
});
