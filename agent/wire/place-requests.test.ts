import { describe, expect, it } from 'vitest';
import { dialects } from './dialect.ts';
import * as requests from './place-requests.ts';

describe('requests to the place', () => {
  it('announce with identity and avatar', () => {
    const body = requests.announceBody(
      dialects.documented,
      { displayName: 'Pi' },
      { text: { string: 'Pi' } },
    );
    expect(body).toEqual([
      'announce',
      'version',
      1,
      'identity',
      { display_name: 'Pi' },
      'spawn_avatar',
      { text: { string: 'Pi' } },
    ]);
  });

  it('ask for a track in the form of the dialect', () => {
    const described = { ...dialects.documented, trackRequest: 'described' } as const;
    expect(requests.allocateTrackBody(dialects.documented)).toEqual([
      'allocate_track',
      'audio',
      48000,
      1,
      'opus',
    ]);
    expect(requests.allocateTrackBody(described)[3]).toMatchObject({ sample_rate: 48000 });
  });

  it('change and remove entities', () => {
    expect(requests.changeComponentsBody('a', { text: { string: 'x' } }, ['geometry'])).toEqual([
      'change_components',
      'a',
      'add_or_change',
      { text: { string: 'x' } },
      'remove',
      ['geometry'],
    ]);
    expect(requests.removeEntityBody('a')).toEqual(['remove_entity', 'a', 'cascade']);
    expect(requests.spawnEntityBody({ text: {} })).toEqual(['spawn_entity', { text: {} }]);
  });
});

describe('answers of the place', () => {
  it('name the avatar, the entity, the track', () => {
    expect(requests.announced(['announce', 'av', 'Garden'])).toEqual({ avatarId: 'av', placeName: 'Garden' });
    expect(requests.announced(['announce', 'av'])).toEqual({ avatarId: 'av', placeName: '' });
    expect(requests.spawned(['spawn_entity', 'x'])).toBe('x');
    expect(requests.allocatedTrack(['allocate_track', 'ok', 0])).toBe(0);
  });

  it('may say no, or nothing one can use', () => {
    expect(requests.announced(['announce', 'error', 1003, 'old'])).toBeUndefined();
    expect(requests.announced(['announce', 'failed', 'the place is full'])).toBeUndefined();
    expect(requests.spawned(['spawn_entity', 'failed', 'full'])).toBeUndefined();
    expect(requests.spawned(['error', 'full'])).toBeUndefined();
    expect(requests.allocatedTrack(['allocate_track', 'failed', 'no'])).toBeUndefined();
    expect(requests.allocatedTrack(['allocate_track', 'ok', -1])).toBeUndefined();
  });

  it('give their reason', () => {
    expect(requests.isFailure(['allocate_track', 'failed', 'one per entity'])).toBe(true);
    expect(requests.isFailure(['change_components', 'ok'])).toBe(false);
    expect(requests.failureReason(['allocate_track', 'failed', 'one per entity'])).toBe('one per entity');
    expect(requests.failureReason(['remove_entity', 'failed'])).toBe('remove_entity was refused');
  });
});
