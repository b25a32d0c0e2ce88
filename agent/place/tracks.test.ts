import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace } from '../../test/support/scripted-place.ts';
import type { PlaceSession } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;
const opus = new Uint8Array([0xfc, 1, 2, 3]);

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
});

describe('a track we send on', () => {
  it('is asked for by the entity that carries it, once that is in the place', async () => {
    session.entities.declare('microphone', {});
    const track = session.tracks.outgoing('microphone');
    const states: string[] = [];
    track.observe({ changed: ({ state }) => void states.push(state) });
    expect(track.state).toBe('waiting');
    expect(track.send(opus)).toBe(false);
    session.start();
    await place.time.advance(100);
    const request = place.interactions.find(({ body }) => body[0] === 'allocate_track');
    expect(request).toMatchObject({ from: 'entity-2', body: ['allocate_track', 'audio', 48_000, 1, 'opus'] });
    expect(track).toMatchObject({ state: 'allocated', trackId: 1 });
    expect(states).toEqual(['allocated']);
  });

  it('is asked for at once if its entity is already there, and only once', async () => {
    session.start();
    await place.time.advance(100);
    const track = session.tracks.outgoing('avatar');
    expect(session.tracks.outgoing('avatar')).toBe(track);
    await place.time.advance(100);
    expect(track.state).toBe('allocated');
    expect(place.bodies('allocate_track')).toHaveLength(1);
  });

  it('carries payloads of 3 bytes and more', async () => {
    const track = session.tracks.outgoing('avatar');
    session.start();
    await place.time.advance(100);
    expect(track.send(new Uint8Array([0x41, 0x42, 0x43]))).toBe(true);
    expect(track.send(new Uint8Array([1, 2]))).toBe(false);
    await place.time.advance(10);
    expect(place.received.filter(({ channel }) => channel === 3).map(({ text }) => text)).toEqual([
      '\0\0\0\u0001ABC\n',
    ]);
    expect(session.counters.get('ALLO_E_WIRE_MEDIA_SHORT')).toBe(1);
  });

  it('says why it failed, and is asked for again after rejoining', async () => {
    place.scripts.allocate_track = () => ['allocate_track', 'failed', 'one track per entity'];
    const track = session.tracks.outgoing('avatar');
    session.start();
    await place.time.advance(100);
    expect(track.state).toBe('failed');
    expect(track.failure).toMatchObject({ code: 'ALLO_E_TRACK_REFUSED', message: 'one track per entity' });
    place.scripts = {};
    place.disconnect(0);
    await place.time.advance(10);
    expect(track).toMatchObject({ state: 'waiting', failure: undefined });
    await place.time.advance(1_000);
    expect(track.state).toBe('allocated');
  });

  it('fails if the place does not answer', async () => {
    place.scripts.allocate_track = () => undefined;
    const track = session.tracks.outgoing('avatar');
    session.start();
    await place.time.advance(6_000);
    expect(track.failure?.code).toBe('ALLO_E_REQUEST_TIMEOUT');
  });

  it('is there after all where the place grants it after it was given up, and is not asked for twice', async () => {
    const late = lateGrants(6_000);
    const track = session.tracks.outgoing('avatar');
    session.start();
    await place.time.advance(5_500);
    expect(track.state).toBe('failed');
    await place.time.advance(1_000);
    expect(late.granted).toEqual([7]);
    expect(track).toMatchObject({ state: 'allocated', trackId: 7, failure: undefined });
    expect(track.send(opus)).toBe(true);
    expect(place.bodies('allocate_track')).toHaveLength(1);
  });

  it('is no longer meant by a late answer once its entity is another', async () => {
    const late = lateGrants(6_000, 100);
    session.entities.declare('microphone', {});
    const track = session.tracks.outgoing('microphone');
    session.start();
    await place.time.advance(5_500);
    session.entities.remove('microphone');
    session.entities.declare('microphone', {});
    await place.time.advance(300);
    expect(track).toMatchObject({ state: 'allocated', trackId: 7 });
    await place.time.advance(1_000);
    expect(late.granted).toEqual([7, 8]);
    expect(track).toMatchObject({ state: 'allocated', trackId: 7 });
  });

  it('waits while its entity is gone', async () => {
    session.entities.declare('microphone', {});
    const track = session.tracks.outgoing('microphone');
    session.start();
    await place.time.advance(100);
    session.entities.remove('microphone');
    expect(track.state).toBe('waiting');
    session.entities.declare('microphone', {});
    await place.time.advance(100);
    expect(track).toMatchObject({ state: 'allocated', trackId: 2 });
  });
});

/** Has the place grant tracks 7, 8, ..., each so long after it was asked for, ms; the last ones all alike. */
function lateGrants(...delays: number[]) {
  const granted: number[] = [];
  place.scripts.allocate_track = ({ requestId }, { time }) => {
    time.after((delays.length > 1 ? delays.shift() : delays[0])!, () => {
      const body = ['allocate_track', 'ok', 7 + granted.length] as const;
      granted.push(body[2]);
      place.say({ kind: 'response', from: 'place', to: '', requestId, body });
    });
    return undefined;
  };
  return { granted };
}

describe('packets of other tracks', () => {
  it('are delivered with the time they arrived, all of them or those of one track', async () => {
    session.start();
    await place.time.advance(100);
    const all: [number, number[], number][] = [];
    const some: number[][] = [];
    session.tracks.onPacket((trackId, payload, at) => void all.push([trackId, [...payload], at]));
    const stop = session.tracks.listen(8, { packet: (payload) => void some.push([...payload]) });
    const sentAt = place.time.now();
    place.media(7, opus);
    place.media(8, new Uint8Array([1, 2, 3]));
    await place.time.advance(10);
    stop();
    place.media(8, new Uint8Array([4, 5, 6]));
    await place.time.advance(10);
    expect(all).toEqual([
      [7, [...opus], sentAt + 1],
      [8, [1, 2, 3], sentAt + 1],
      [8, [4, 5, 6], sentAt + 11],
    ]);
    expect(some).toEqual([[1, 2, 3]]);
  });
});
