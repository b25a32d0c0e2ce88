import { describe, expect, it } from 'vitest';
import { levelOf, sine, toneShare } from '../../test/support/virtual-microphone-signal.ts';
import { voice } from '../../test/support/voice.ts';
import { loadLibopus } from './libopus.ts';
import { openOpus } from './open-opus.ts';
import { defaultOpusSettings, frameLength, type OpusBinding, type OpusSettings } from './opus.ts';
import { openLibopus } from './opus-libopus.ts';
import { openWasmOpus } from './opus-wasm.ts';

const bindings = [await openWasmOpus(), openLibopus()];

describe('choosing a build of libopus', () => {
  const absent = () => openLibopus(() => loadLibopus('libopus-of-another-machine.so.0'));

  it("prefers the machine's own", async () => {
    const { binding, note } = await openOpus();
    expect(binding.name).toBe('libopus');
    expect(note).toBeUndefined();
  });

  it('falls back to WebAssembly and says why', async () => {
    const { binding, note } = await openOpus('auto', absent);
    expect(binding.name).toBe('wasm');
    expect(note).toContain('apt-get install libopus0');
  });

  it('does not fall back where one was asked for', async () => {
    await expect(openOpus('libopus', absent)).rejects.toMatchObject({ code: 'ALLO_E_AUDIO_OPUS' });
  });
});

describe.each(bindings)('libopus as $name', (binding) => {
  const pairs = bindings.map((decoding) => ({ decoding, to: decoding.name }));

  describe.each(pairs)('decoded by $to', ({ decoding }) => {
    it.each([10, 20] as const)(
      'keeps the pitch and the level of a tone in frames of %i ms',
      async (frameMs) => {
        const sound = await roundTrip(binding, decoding, { ...defaultOpusSettings, frameMs });
        const steady = sound.subarray(24_000, 72_000);
        expect(toneShare(steady, 440)).toBeGreaterThan(0.9);
        expect(levelOf(steady)).toBeGreaterThan(-22);
        expect(levelOf(steady)).toBeLessThan(-18);
      },
    );
  });

  it('keeps a voice as near to itself as other builds do', async () => {
    const nearness = await nearnessOfVoice(binding);
    const others = await Promise.all(bindings.map(nearnessOfVoice));
    expect(nearness).toBeGreaterThan(10);
    for (const other of others) expect(Math.abs(nearness - other)).toBeLessThan(1);
  });

  it('keeps to its bitrate', async () => {
    const sizes = await Promise.all([12_000, 64_000].map((bitrate) => bitsPerSecond(binding, bitrate)));
    expect(sizes[0]).toBeLessThan(16_000);
    expect(sizes[1]).toBeGreaterThan(30_000);
    expect(sizes[1]).toBeLessThan(80_000);
  });

  it('makes packets of a byte or two of silence', async () => {
    const encoder = await binding.createEncoder(defaultOpusSettings);
    encoder.setDtx(true);
    const sizes = Array.from({ length: 100 }, () => encoder.encode(new Int16Array(960)).length);
    expect(sizes.slice(20).filter((size) => size <= 2).length).toBeGreaterThan(70);
    encoder.close();
  });

  it.each([0, 1, 480, 500, 959, 961, 1920, 5760])(
    'refuses a frame of %i samples and lives on',
    async (length) => {
      const encoder = await binding.createEncoder(defaultOpusSettings);
      expect(() => encoder.encode(new Int16Array(length))).toThrow(/samples, not 960/);
      expect(encoder.encode(new Int16Array(960)).length).toBeGreaterThan(0);
      encoder.close();
    },
  );

  it.each([
    { bitrate: 5999 },
    { bitrate: 24_000.5 },
    { bitrate: Number.NaN },
    { complexity: 11 },
    { expectedLoss: -1 },
    { frameMs: 40 as 20 },
  ])('refuses the setting %j', async (wrong) => {
    await expect(binding.createEncoder({ ...defaultOpusSettings, ...wrong })).rejects.toMatchObject({
      code: 'ALLO_E_AUDIO_SETTING',
    });
  });

  it('takes every application, without error correction too', async () => {
    for (const application of ['voip', 'audio', 'lowdelay'] as const) {
      const settings = { ...defaultOpusSettings, application, fec: false };
      const encoder = await binding.createEncoder(settings);
      expect(encoder.encode(sine(440, -20, 960)).length).toBeGreaterThan(2);
      encoder.close();
    }
  });

  it('encodes frames that lie anywhere in their memory', async () => {
    const whole = sine(440, -20, 4800);
    const [inPlace, copied] = await Promise.all([
      binding.createEncoder(defaultOpusSettings),
      binding.createEncoder(defaultOpusSettings),
    ]);
    expect([...inPlace.encode(whole.subarray(37, 997))]).toEqual([...copied.encode(whole.slice(37, 997))]);
  });

  it('decodes nothing of what is no packet, and lives on', async () => {
    const decoder = await binding.createDecoder();
    expect(decoder.decode(new Uint8Array(0))).toBeUndefined();
    let state = 7;
    for (let n = 0; n < 2000; n++) {
      const bytes = Uint8Array.from({ length: 1 + (n % 60) }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state >>> 16;
      });
      const sound = decoder.decode(bytes);
      expect(sound === undefined || sound.length <= 5760).toBe(true);
    }
    const encoder = await binding.createEncoder(defaultOpusSettings);
    expect(decoder.decode(encoder.encode(new Int16Array(960)))?.length).toBe(960);
  });
});

describe.each(bindings)('a lost packet, with libopus as $name', (binding) => {
  it.each([2.5, 5, 7.5, 10, 20, 60, 100])('is made up for %f ms from what came before', async (ms) => {
    const encoder = await binding.createEncoder(defaultOpusSettings);
    const decoder = await binding.createDecoder();
    for (let n = 0; n < 25; n++) decoder.decode(encoder.encode(sine(440, -20, 960, n * 960)));
    const concealed = decoder.conceal(ms);
    expect(concealed.length).toBe(ms * 48);
    expect(levelOf(concealed.subarray(0, 960))).toBeGreaterThan(-30);
    expect(decoder.decode(encoder.encode(sine(440, -20, 960, 26 * 960)))?.length).toBe(960);
  });

  it.each([0, -20, 3, 122.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY])(
    'is not made up for %f ms',
    async (ms) => {
      const encoder = await binding.createEncoder(defaultOpusSettings);
      const decoder = await binding.createDecoder();
      const next = encoder.encode(sine(440, -20, 960));
      expect(() => decoder.conceal(ms)).toThrow(/is of .* ms, not a multiple of 2.5 up to 120/);
      expect(() => decoder.recover(next, ms)).toThrow(/is of .* ms, not a multiple of 2.5 up to 120/);
      expect(decoder.decode(next)?.length).toBe(960);
    },
  );

  it('is silence if there was nothing before', async () => {
    const decoder = await binding.createDecoder();
    expect(levelOf(decoder.conceal(20))).toBe(Number.NEGATIVE_INFINITY);
  });

  it('fades if nothing comes after it', async () => {
    const encoder = await binding.createEncoder(defaultOpusSettings);
    const decoder = await binding.createDecoder();
    for (let n = 0; n < 25; n++) decoder.decode(encoder.encode(sine(440, -20, 960, n * 960)));
    const levels = Array.from({ length: 20 }, () => levelOf(decoder.conceal(20)));
    expect(levels.at(-1)).toBeLessThan(-60);
  });
});

describe.each(bindings)(
  'the copy in the packet after one that was lost, with libopus as $name',
  (binding) => {
    /** A tone leaps from 220 to 660 Hz in a packet that is lost. */
    async function leaping(fec: boolean) {
      const encoder = await binding.createEncoder({ ...defaultOpusSettings, fec, expectedLoss: 25 });
      const decoder = await binding.createDecoder();
      const hertz = (n: number) => (n < 25 ? 220 : 660);
      const packets = Array.from({ length: 30 }, (_, n) => encoder.encode(sine(hertz(n), -20, 960, n * 960)));
      for (const packet of packets.slice(0, 25)) decoder.decode(packet);
      return { decoder, next: packets[26]! };
    }
    /** How much more of 660 Hz there is than of 220, as a factor. */
    const leapt = (sound: Int16Array) => {
      const padded = new Int16Array(4_800);
      padded.set(sound);
      return toneShare(padded, 660) / toneShare(padded, 220);
    };

    it('recovers the packet before from its copy, which making up cannot', async () => {
      const { decoder, next } = await leaping(true);
      const recovered = decoder.recover(next, 20) ?? new Int16Array(0);
      expect(recovered.length).toBe(960);
      expect(leapt(recovered)).toBeGreaterThan(2);
      expect(decoder.decode(next)?.length).toBe(960);
      expect(leapt((await leaping(true)).decoder.conceal(20))).toBeLessThan(0.5);
    });

    it('fills what was lost before that, too', async () => {
      const { decoder, next } = await leaping(true);
      expect(decoder.recover(next, 60)?.length).toBe(60 * 48);
    });

    it('makes up what there is no copy of', async () => {
      const { decoder, next } = await leaping(false);
      expect(levelOf(decoder.recover(next, 20) ?? new Int16Array(960))).toBeGreaterThan(-40);
    });

    it.each([[], [0xff], [3]])('recovers nothing from what is no packet: %j', async (...bytes) => {
      const { decoder, next } = await leaping(true);
      expect(decoder.recover(Uint8Array.from(bytes), 20)).toBeUndefined();
      expect(decoder.decode(next)?.length).toBe(960);
    });
  },
);

/** Two seconds of a tone of 440 Hz at -20 dBFS, encoded and decoded. */
async function roundTrip(
  encoding: OpusBinding,
  decoding: OpusBinding,
  settings: OpusSettings,
): Promise<Int16Array> {
  const encoder = await encoding.createEncoder(settings);
  const decoder = await decoding.createDecoder();
  const length = frameLength(settings);
  const sound = new Int16Array(96_000);
  for (let position = 0; position < sound.length; position += length) {
    const decoded = decoder.decode(encoder.encode(sine(440, -20, length, position)));
    expect(decoded?.length).toBe(length);
    sound.set(decoded ?? [], position);
  }
  encoder.close();
  decoder.close();
  return sound;
}

/** How far above the difference it makes two seconds of a voice are once encoded and decoded, dB. */
async function nearnessOfVoice(binding: OpusBinding): Promise<number> {
  const encoder = await binding.createEncoder(defaultOpusSettings);
  const decoder = await binding.createDecoder();
  const spoken = voice(2);
  const heard = new Int16Array(spoken.length);
  for (let position = 0; position < spoken.length; position += 960)
    heard.set(decoder.decode(encoder.encode(spoken.subarray(position, position + 960))) ?? [], position);
  // libopus hears 6.5 ms ahead, give or take what its filters add.
  const delays = Array.from({ length: 21 }, (_, n) => 302 + n);
  return Math.max(...delays.map((delay) => levelOf(spoken) - levelOf(difference(spoken, heard, delay))));
}

function difference(spoken: Int16Array, heard: Int16Array, delay: number): Int16Array {
  return heard.subarray(delay).map((sample, n) => sample - spoken[n]!);
}

/** What five seconds of a noisy, gliding tone come to. */
async function bitsPerSecond(binding: OpusBinding, bitrate: number): Promise<number> {
  const encoder = await binding.createEncoder({ ...defaultOpusSettings, bitrate, complexity: 0 });
  let bytes = 0;
  for (let n = 0; n < 250; n++) {
    const frame = sine(220 + n, -12, 960, n * 960).map(
      (sample) => sample + Math.round(Math.sin(sample * n) * 800),
    );
    bytes += encoder.encode(frame).length;
  }
  encoder.close();
  return (bytes * 8) / 5;
}
