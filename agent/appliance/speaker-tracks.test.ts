import { beforeEach, describe, expect, it } from 'vitest';
import type { PcmSinkEvents } from '../../devices/speaker/pcm-sink.ts';
import { SimulatedSink } from '../../devices/speaker/simulated-sink.ts';
import { Speaker } from '../../devices/speaker/speaker.ts';
import { ScriptedPlace, setOf } from '../../test/support/scripted-place.ts';
import type { OpusBinding } from '../audio/opus.ts';
import type { PlaceSession } from '../place/session.ts';
import type { JsonObject } from '../wire/json.ts';
import { choiceOf } from './speaker-choice.ts';
import { SpeakerTracks } from './speaker-tracks.ts';

/** Takes sound in virtual time, and keeps a sample of every period. */
class Ear extends SimulatedSink {
  heard: number[] = [];

  override start(events: PcmSinkEvents): void {
    super.start({
      ...events,
      next: () => {
        const sound = events.next();
        this.heard.push(sound?.[480] ?? 0);
        return sound;
      },
    });
  }
}

/** Decodes a packet of 20 ms to 960 samples of a hundred times its second byte. */
class Opus {
  open = 0;
  made = 0;
  readonly binding: OpusBinding = {
    name: 'wasm',
    createEncoder: () => Promise.reject(new Error('nothing is encoded here')),
    createDecoder: async () => {
      this.open++;
      this.made++;
      return {
        decode: (packet) => new Int16Array(960).fill(100 * packet[1]!),
        conceal: (ms) => new Int16Array(ms * 48),
        recover: () => undefined,
        close: () => void this.open--,
      };
    },
  };
}
const packet = (loudness: number) => new Uint8Array([0xf8, loudness, 0, 0, 0]);

const at = (x: number): JsonObject => ({
  transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, 0, 0, 1] },
});
const talking = (track_id: number) => ({ live_media: { track_id, type: 'audio' } });

let place: ScriptedPlace;
let session: PlaceSession;
let speaker: Speaker;
let ear: Ear;
let opus: Opus;
let tracks: SpeakerTracks;
let warnings: object[];
let revision = 0;

async function open(play = 'near'): Promise<void> {
  const { time } = place;
  session = place.session();
  ear = new Ear(time);
  opus = new Opus();
  warnings = [];
  speaker = new Speaker({ title: 'Speaker', muted: false, volume: 100 }, ear, time);
  const log = { info: () => undefined, warn: (what: object) => void warnings.push(what) };
  const choose = choiceOf(play, 10);
  tracks = new SpeakerTracks({ speaker, session, binding: opus.binding, choose, time, log });
  tracks.start();
  await speaker.start({ reading: () => undefined, fault: () => undefined, recovered: () => undefined });
  session.start();
  await time.advance(100);
}

/** Shows who is there, beside our own avatar with a track of its own. */
async function show(entities: Record<string, JsonObject>): Promise<void> {
  place.state(setOf(++revision, { 'avatar-1': { ...at(0), ...talking(1) }, ...entities }));
  await place.time.advance(600);
}

/** Lets tracks speak at the same time, for `ms`, and gives what was heard of it after `settledMs`. */
async function speak(loudness: Record<number, number>, ms = 800, settledMs = 500): Promise<number[]> {
  for (let passed = 0; passed < ms; passed += 20) {
    if (passed === settledMs) ear.heard = [];
    for (const [track, loud] of Object.entries(loudness)) place.media(Number(track), packet(loud));
    await place.time.advance(20);
  }
  return [...new Set(ear.heard)];
}

const playing = async () => (await speaker.read('playing')).value;

beforeEach(async () => {
  place = new ScriptedPlace();
  revision = 0;
  await place.open();
});

describe('the speaker in a place', () => {
  it('counts what became of packets, of each track that is played and of all that were', async () => {
    await open();
    await show({ anna: { ...at(0), ...talking(5) }, bert: { ...at(1), ...talking(6) } });
    await speak({ 5: 20 });
    place.media(6, packet(20));
    place.media(6, new Uint8Array([0xff, 0, 0, 0]));
    await place.time.advance(600);
    const { packets } = tracks.counters;
    expect(packets).toBeGreaterThan(35);
    expect(tracks.counters).toMatchObject({
      'track 5 packets': packets,
      'track 5 lagMs': expect.any(Number),
    });
    await show({});
    expect(tracks.counters).toEqual({
      packets,
      broken: 1,
      dropped: 0,
      concealedMs: expect.any(Number),
      recoveredMs: 0,
    });
  });

  it('plays who is near, and softer the farther they are', async () => {
    await open();
    await show({ anna: { ...at(0), ...talking(5) }, bert: { ...at(10), ...talking(6) } });
    expect(await playing()).toBe(2);
    expect(await speak({ 5: 20 })).toEqual([2000]);
    expect(await speak({ 6: 20 })).toEqual([1000]);
    expect(await speak({ 5: 20, 6: 20 })).toEqual([3000]);
  });

  it('plays neither itself nor who is far, and makes no decoder for them', async () => {
    await open();
    await show({ carl: { ...at(50), ...talking(7) } });
    expect(await speak({ 1: 20, 7: 20 })).toEqual([0]);
    expect(opus.made).toBe(0);
    expect(await playing()).toBe(0);
  });

  it('begins to play who comes near, and ceases with who goes away', async () => {
    await open();
    await show({ anna: { ...at(50), ...talking(5) } });
    expect(await speak({ 5: 20 })).toEqual([0]);
    await show({ anna: { ...at(0), ...talking(5) } });
    expect(await speak({ 5: 20 })).toEqual([2000]);
    await show({ anna: { ...at(50), ...talking(5) } });
    expect(await speak({ 5: 20 })).toEqual([0]);
    expect(opus).toMatchObject({ made: 1, open: 0 });
  });

  it('lets go of who left the place', async () => {
    await open();
    await show({ anna: { ...at(0), ...talking(5) } });
    await speak({ 5: 20 });
    expect(opus.open).toBe(1);
    await show({});
    expect(opus.open).toBe(0);
    expect(await playing()).toBe(0);
  });

  it('lets go of everyone while muted, and plays them again after', async () => {
    await open();
    await show({ anna: { ...at(0), ...talking(5) } });
    await speak({ 5: 20 });
    await speaker.invoke('mute');
    expect(opus.open).toBe(0);
    expect(await playing()).toBe(0);
    expect(await speak({ 5: 20 })).toEqual([]);
    await speaker.invoke('unmute');
    expect(await speak({ 5: 20 })).toEqual([2000]);
  });

  it('lets go of everyone with the place, and plays who is there after rejoining', async () => {
    await open();
    await show({ anna: { ...at(0), ...talking(5) } });
    await speak({ 5: 20 });
    place.disconnect(0);
    await place.time.advance(10);
    expect(opus.open).toBe(0);
    expect(await playing()).toBe(0);
    await place.time.advance(2000);
    await show({ 'avatar-2': { ...at(0), ...talking(2) }, anna: { ...at(0), ...talking(9) } });
    expect(await speak({ 9: 20 })).toEqual([2000]);
  });

  it('plays one by the name written on it, however far', async () => {
    await open('Anna');
    const named = { text: { string: 'Anna' } };
    await show({
      anna: { ...at(50), ...named },
      mouth: { ...at(0), ...talking(5), relationships: { parent: 'anna' } },
      bert: { ...at(0), ...talking(6) },
    });
    expect(await speak({ 5: 20, 6: 30 })).toEqual([2000]);
  });

  it('rests while nobody speaks', async () => {
    await open();
    await show({ anna: { ...at(0), ...talking(5) } });
    await speak({ 5: 20 });
    await place.time.advance(4000);
    const { silent } = ear.counters;
    await place.time.advance(5000);
    expect(ear.counters.silent).toBe(silent);
    expect(await speak({ 5: 20 })).toEqual([2000]);
  });

  it('says why a track cannot be decoded', async () => {
    await open();
    opus.binding.createDecoder = () => Promise.reject(new Error('no memory'));
    await show({ anna: { ...at(0), ...talking(5) } });
    await speak({ 5: 20 });
    expect(warnings).toEqual([{ err: expect.objectContaining({ message: 'no memory' }), trackId: 5 }]);
  });

  it('leaves nothing behind', async () => {
    await open();
    await show({ anna: { ...at(0), ...talking(5) } });
    await speak({ 5: 20 });
    await Promise.all([speaker.stop(), session.stop(), place.time.advance(1500)]);
    tracks.stop();
    expect(opus.open).toBe(0);
    expect(place.time.pending).toBe(0);
  });
});
