import { describe, expect, it } from 'vitest';
import { AlloError } from '../errors.ts';
import { type DialectName, dialects } from '../wire/dialect.ts';
import type { Body } from '../wire/interaction.ts';
import { requestTrack, type TrackPlace } from './track-request.ts';

/** Asks a place of that kind, and what it was asked by whom. `tooLate`: it answers once it was given up. */
async function ask(name: DialectName, answer: Body, { tooLate = false } = {}) {
  const asked: [string, Body][] = [];
  const granted: number[] = [];
  const place: TrackPlace = {
    dialect: dialects[name],
    avatarId: 'me',
    ask: async (from, body, late) => {
      asked.push([from, body]);
      if (!tooLate) return answer;
      queueMicrotask(() => late?.(answer));
      throw new AlloError('ALLO_E_REQUEST_TIMEOUT', 'it was not answered');
    },
    sendMedia: () => true,
  };
  const track = await requestTrack({
    place,
    entityId: 'bird',
    freeNumber: () => 4711,
    late: (trackId) => granted.push(trackId),
  }).catch((error: unknown) => error);
  return { asked, track, granted };
}

const described: Body = [
  'allocate_track',
  'audio',
  'opus',
  { sample_rate: 48_000, channel_count: 1, channel_layout: 'mono' },
];

describe('a track is asked for by the entity that is to carry it', () => {
  it.each<[DialectName, Body]>([
    ['documented', ['allocate_track', 'audio', 48_000, 1, 'opus']],
    ['v3', described],
    ['alloplace', described],
    ['v4', described],
  ])('in the form that %s knows', async (name, form) => {
    const { asked, track } = await ask(name, ['allocate_track', 'ok', 12]);
    expect(asked).toEqual([['bird', form]]);
    expect(track).toBe(12);
  });

  it('and may be refused', async () => {
    const { track } = await ask('v3', ['allocate_track', 'failed', 'only one track allowed per entity']);
    expect(track).toMatchObject({
      code: 'ALLO_E_TRACK_REFUSED',
      message: 'only one track allowed per entity',
    });
  });
});

describe('where the place gives no tracks out but passes everything on', () => {
  it('the agent says itself that the entity carries one, of a number of its own', async () => {
    const { asked, track } = await ask('v2', ['change_components', 'ok']);
    expect(track).toBe(4711);
    const [from, body] = asked[0]!;
    expect(from).toBe('me');
    expect(body.slice(0, 3)).toEqual(['change_components', 'bird', 'add_or_change']);
    expect(body[3]).toMatchObject({
      live_media: { track_id: 4711, type: 'audio', format: 'opus', sample_rate: 48_000, channel_count: 1 },
    });
  });

  it('unless it may not', async () => {
    const { track } = await ask('v2', ['change_components', 'error', 'no such entity']);
    expect(track).toMatchObject({
      code: 'ALLO_E_TRACK_REFUSED',
      message: expect.stringContaining('no such'),
    });
  });
});

it.each<[DialectName, Body, number[]]>([
  ['v3', ['allocate_track', 'ok', 12], [12]],
  ['v3', ['allocate_track', 'failed', 'only one track allowed per entity'], []],
  ['v2', ['change_components', 'ok'], [4711]],
  ['v2', ['change_components', 'error', 'no such entity'], []],
])(
  'the answer of %s that comes too late is told, where it grants the track: %j',
  async (name, answer, told) => {
    const { track, granted } = await ask(name, answer, { tooLate: true });
    expect(track).toMatchObject({ code: 'ALLO_E_REQUEST_TIMEOUT' });
    expect(granted).toEqual(told);
  },
);

it('where places pass no sound on, that is what the track says, and nothing is asked', async () => {
  const { asked, track } = await ask('v1', ['allocate_track', 'ok', 12]);
  expect(asked).toEqual([]);
  expect(track).toMatchObject({ code: 'ALLO_E_TRACK_NONE' });
});
