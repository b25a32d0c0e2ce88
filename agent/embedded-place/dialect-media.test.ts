import { describe, expect, it } from 'vitest';
import { answerTo, open, raw } from '../../test/support/dialect-stage.ts';
import type { PlainAgent } from '../../test/support/plain-agent.ts';
import type { DialectName } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';

const positional: Body = ['allocate_track', 'audio', 48_000, 1, 'opus'];
const described: Body = ['allocate_track', 'audio', 'opus', { sample_rate: 48_000, channel_layout: 'mono' }];
const sound = Uint8Array.of(1, 2, 3, 4);
const heardBy = (agent: PlainAgent) => agent.media.map(({ trackId, payload }) => [trackId, ...payload]);

describe('a track', () => {
  it.each<DialectName>(['v1', 'v2'])('is not given out by %s', async (name) => {
    const stage = await open(name);
    const ada = await stage.join('Ada');
    for (const wish of [positional, described])
      expect(await answerTo(stage, ada, 'place', wish)).toBe('silence');
  });

  it.each<DialectName>(['v3', 'v4'])(
    'is described to %s, and the older form is stored as it stands',
    async (name) => {
      const stage = await open(name);
      const ada = await stage.join('Ada');
      const bob = await stage.join('Bob');
      expect(await stage.ask(ada, 'place', described)).toEqual(['allocate_track', 'ok', 1]);
      expect(ada.components(ada.avatarId)?.live_media).toEqual({
        track_id: 1,
        type: 'audio',
        format: 'opus',
        metadata: { sample_rate: 48_000, channel_layout: 'mono' },
      });
      expect(await stage.ask(bob, 'place', positional)).toEqual(['allocate_track', 'ok', 2]);
      expect(ada.components(bob.avatarId)?.live_media).toEqual({
        track_id: 2,
        type: 'audio',
        format: 48_000,
        metadata: 1,
      });
      expect(await stage.ask(ada, 'place', described)).toEqual([
        'allocate_track',
        'failed',
        'only one track allowed per entity',
      ]);
    },
  );

  it('may be wished for in both forms from alloplace, which replaces the one there is', async () => {
    const stage = await open('alloplace');
    const ada = await stage.join('Ada');
    expect(await stage.ask(ada, 'place', positional)).toEqual(['allocate_track', 'ok', 1]);
    expect(await stage.ask(ada, 'place', described)).toEqual(['allocate_track', 'ok', 2]);
    expect(ada.components(ada.avatarId)?.live_media).toEqual({
      track_id: 2,
      type: 'audio',
      format: 'opus',
      sample_rate: 48_000,
      channel_count: 1,
      metadata: { sample_rate: 48_000, channel_layout: 'mono' },
    });
  });
});

describe('media', () => {
  it.each<DialectName>(['v3', 'v4'])('of %s goes to who subscribed, as often as he did', async (name) => {
    const stage = await open(name);
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    await stage.ask(ada, 'place', described);
    const play = async () => {
      ada.play(1, sound);
      await stage.time.advance(20);
      return bob.media.splice(0).length;
    };
    expect(await play()).toBe(0);
    expect(await stage.ask(bob, 'place', ['media_track', 1, 'subscribe'])).toEqual(['media_track', 'ok', 1]);
    expect(await play()).toBe(1);
    await stage.ask(bob, 'place', ['media_track', 1, 'subscribe']);
    expect(await play()).toBe(2);
    await stage.ask(bob, 'place', ['media_track', 1, 'unsubscribe']);
    expect(await play()).toBe(1);
    expect(ada.media).toEqual([]);
  });

  it.each<[Body, string]>([
    [['media_track', 9, 'subscribe'], 'invalid track id'],
    [['media_track', 1, 'frobnicate'], 'incorrect verb'],
    [['media_track'], 'missing id or verb'],
  ])('is not subscribed with %j', async (body, why) => {
    const stage = await open('v4');
    const ada = await stage.join('Ada');
    await stage.ask(ada, 'place', described);
    expect(await answerTo(stage, ada, 'place', body)).toEqual(['media_track', 'failed', why]);
  });

  it.each<[DialectName, boolean]>([
    ['v1', false],
    ['v2', true],
    ['alloplace', true],
  ])('of %s reaches everybody else: %s', async (name, reaches) => {
    const stage = await open(name);
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    ada.play(77, sound);
    await stage.time.advance(20);
    expect(heardBy(bob)).toEqual(reaches ? [[77, ...sound]] : []);
    expect(ada.media).toEqual([]);
  });

  it('of v4 has a channel of its own for pictures', async () => {
    const stage = await open('v4');
    const ada = await stage.join('Ada');
    const bob = await stage.join('Bob');
    await stage.ask(ada, 'place', ['allocate_track', 'video', 'mjpeg', {}]);
    await stage.ask(bob, 'place', ['media_track', 1, 'subscribe']);
    const pictures: number[] = [];
    bob.connection.open({ packet: (channel) => void pictures.push(channel), closed: () => {} });
    raw(ada, 4, Uint8Array.of(0, 0, 0, 1, 9, 9, 9));
    await stage.time.advance(5);
    expect(pictures).toContain(4);
  });
});
