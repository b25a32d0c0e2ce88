import { describe, expect, it } from 'vitest';
import { fingerprint, sine } from '../../test/support/virtual-microphone-signal.ts';
import { defaultOpusSettings, type OpusBinding } from './opus.ts';
import { openWasmOpus } from './opus-wasm.ts';
import { TrackEncoder } from './track-encoder.ts';

const tone = (n = 0) => sine(440, -20, 960, n * 960);
const silence = new Int16Array(960);

describe('TrackEncoder', () => {
  it('sends a packet for every frame of sound', async () => {
    const { encoder, track } = await withTrack(await openWasmOpus());
    for (let n = 0; n < 50; n++) encoder.write(tone(n));
    expect(track.packets.length).toBe(50);
    expect(Math.min(...track.packets.map((packet) => packet.length))).toBeGreaterThan(2);
    expect(encoder.counters).toEqual({ sent: 50, refused: 0, silent: 0, lost: 0, errors: 0 });
  });

  it.each([100, 440, 3000])(
    'sends all of a steady tone of %i Hz, which libopus takes for silence',
    async (hz) => {
      const { encoder } = await withTrack(await openWasmOpus());
      for (let n = 0; n < 150; n++) encoder.write(sine(hz, -40, 960, n * 960));
      expect(encoder.counters).toMatchObject({ sent: 150, silent: 0 });
    },
  );

  it('sends silence too where DTX is off', async () => {
    const { encoder } = await withTrack(await openWasmOpus(), { ...defaultOpusSettings, dtx: false });
    for (let n = 0; n < 100; n++) encoder.write(silence);
    expect(encoder.counters).toMatchObject({ sent: 100, silent: 0 });
  });

  it('sends nothing of lasting silence, and goes on with the next sound', async () => {
    const { encoder, track } = await withTrack(await openWasmOpus());
    for (let n = 0; n < 10; n++) encoder.write(tone(n));
    for (let n = 0; n < 15; n++) encoder.write(silence);
    const before = track.packets.length;
    for (let n = 0; n < 500; n++) encoder.write(silence);
    expect(track.packets.length).toBe(before);
    encoder.write(tone());
    expect(track.packets.length).toBe(before + 1);
  });

  it('sends next to nothing of the noise of a quiet room', async () => {
    const { encoder, track } = await withTrack(await openWasmOpus());
    for (let n = 0; n < 500; n++)
      encoder.write(fingerprint(960, n).map((sample) => Math.round(sample / 500)));
    expect(encoder.counters.silent).toBeGreaterThan(400);
    expect(Math.min(...track.packets.map((packet) => packet.length))).toBeGreaterThan(2);
  });

  it('does nothing without a track, and begins each track with a new encoder', async () => {
    const scripted = new ScriptedOpus();
    const encoder = new TrackEncoder(defaultOpusSettings, scripted);
    encoder.write(tone());
    expect(scripted.created).toBe(0);
    for (let n = 1; n <= 3; n++) {
      const track = new Track();
      encoder.sendTo(track);
      await settled();
      encoder.write(tone());
      expect(track.packets.length).toBe(1);
      expect([scripted.created, scripted.closed]).toEqual([n, n - 1]);
    }
    encoder.close();
    expect(scripted.closed).toBe(3);
  });

  it('counts frames the track did not take', async () => {
    const { encoder, track } = await withTrack(new ScriptedOpus());
    track.takes = false;
    encoder.write(tone());
    expect(encoder.counters).toMatchObject({ sent: 0, refused: 1 });
  });

  it('counts what the encoder fails on, and replaces it after five failures in a row', async () => {
    const scripted = new ScriptedOpus();
    const { encoder, track } = await withTrack(scripted);
    scripted.fails = true;
    for (let n = 0; n < 5; n++) encoder.write(tone());
    expect(encoder.counters).toMatchObject({ errors: 5, lost: 5, sent: 0 });
    scripted.fails = false;
    await settled();
    expect([scripted.created, scripted.closed]).toEqual([2, 1]);
    encoder.write(tone());
    expect(track.packets.length).toBe(1);
  });

  it('keeps an encoder that fails now and then', async () => {
    const scripted = new ScriptedOpus();
    const { encoder } = await withTrack(scripted);
    for (let n = 0; n < 100; n++) {
      scripted.fails = n % 3 === 0;
      encoder.write(tone());
    }
    expect(scripted.created).toBe(1);
    expect(encoder.counters).toMatchObject({ errors: 34, lost: 34, sent: 66 });
  });

  it('tries again a second later where no encoder could be made', async () => {
    const scripted = new ScriptedOpus();
    scripted.cannotCreate = true;
    const { encoder, track } = await withTrack(scripted);
    for (let n = 0; n < 50; n++) encoder.write(tone());
    expect(encoder.counters).toMatchObject({ errors: 1, lost: 50 });
    scripted.cannotCreate = false;
    encoder.write(tone());
    await settled();
    encoder.write(tone());
    expect(track.packets.length).toBe(1);
  });

  it('takes no harm from a frame of a wrong length', async () => {
    const { encoder, track } = await withTrack(await openWasmOpus());
    for (const length of [0, 1, 480, 961]) encoder.write(new Int16Array(length).fill(1));
    encoder.write(tone());
    expect(encoder.counters).toMatchObject({ errors: 4, lost: 4, sent: 1 });
    expect(track.packets.length).toBe(1);
  });
});

class Track {
  readonly packets: Uint8Array[] = [];
  takes = true;

  send(payload: Uint8Array): boolean {
    if (this.takes) this.packets.push(payload);
    return this.takes;
  }
}

/** Stands in for libopus, which cannot be made to fail. */
class ScriptedOpus implements OpusBinding {
  readonly name = 'wasm';
  fails = false;
  cannotCreate = false;
  created = 0;
  closed = 0;

  async createEncoder() {
    if (this.cannotCreate) throw new Error('out of memory');
    this.created++;
    return {
      encode: () => {
        if (this.fails) throw new Error('internal error');
        return new Uint8Array(40);
      },
      setDtx: () => undefined,
      close: () => void this.closed++,
    };
  }

  createDecoder = () => Promise.reject(new Error('not scripted'));
}

async function withTrack(binding: OpusBinding, settings = defaultOpusSettings) {
  const encoder = new TrackEncoder(settings, binding);
  const track = new Track();
  encoder.sendTo(track);
  await settled();
  return { encoder, track };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
