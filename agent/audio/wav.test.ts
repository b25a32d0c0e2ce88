import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sine } from '../../test/support/virtual-microphone-signal.ts';
import { WavWriter } from './wav.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wav-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('WavWriter', () => {
  it('writes mono PCM of 48 kHz and 16 bits', async () => {
    const path = join(directory, 'tone.wav');
    const wav = new WavWriter(path);
    const sound = sine(440, -20, 48_000);
    for (let at = 0; at < sound.length; at += 960) expect(wav.write(sound.subarray(at, at + 960))).toBe(true);
    expect(wav.seconds).toBe(1);
    wav.close();

    const file = await readFile(path);
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    const format = { kind: 20, channels: 22, bytesPerFrame: 32, bits: 34 };
    expect(Object.values(format).map((at) => file.readUInt16LE(at))).toEqual([1, 1, 2, 16]);
    expect([file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([48_000, 96_000]);
    expect(file.toString('latin1', 36, 40)).toBe('data');
    expect(file.readUInt32LE(40)).toBe(sound.byteLength);
    expect(new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length))).toEqual(
      sound,
    );
  });

  it('leaves a whole file at every moment, so that being killed costs nothing', async () => {
    const path = join(directory, 'tone.wav');
    const wav = new WavWriter(path);
    expect((await readFile(path)).readUInt32LE(40)).toBe(0);
    wav.write(sine(440, -20, 960));
    const unclosed = await readFile(path);
    expect(unclosed.readUInt32LE(4)).toBe(unclosed.length - 8);
    expect(unclosed.readUInt32LE(40)).toBe(unclosed.length - 44);
    wav.close();
  });

  it('leaves silence out, which is silence to who reads it, and takes no more than WAV can', async () => {
    const path = join(directory, 'pause.wav');
    const wav = new WavWriter(path);
    const tone = sine(440, -20, 960);
    expect([wav.write(tone), wav.skip(2_000), wav.write(tone)]).toEqual([true, true, true]);
    expect(wav.skip(2 ** 31)).toBe(false);
    expect(wav.seconds).toBe(3_920 / 48_000);
    wav.close();
    const file = await readFile(path);
    expect(file.readUInt32LE(40)).toBe(file.length - 44);
    const samples = new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length));
    expect(samples.subarray(0, 960)).toEqual(tone);
    expect(samples.subarray(960, 2_960).every((sample) => sample === 0)).toBe(true);
    expect(samples.subarray(2_960)).toEqual(tone);
  });

  it('throws where the file cannot be made', () => {
    expect(() => new WavWriter(join(directory, 'nowhere', 'tone.wav'))).toThrow(/ENOENT/);
  });
});
