import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatenate } from '../../test/support/virtual-microphone-signal.ts';
import { voice } from '../../test/support/voice.ts';
import { applications, type Libopus, loadLibopus, request } from './libopus.ts';
import { defaultOpusSettings, frameLength, type OpusSettings } from './opus.ts';
import { openLibopus } from './opus-libopus.ts';

describe('libopus, compared with a program in C', () => {
  const folder = mkdtempSync(join(tmpdir(), 'libopus-'));
  const program = join(folder, 'libopus');
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    const source = fileURLToPath(new URL('./libopus.test.c', import.meta.url));
    try {
      execFileSync('cc', ['-Wall', '-Werror', '-o', program, source, '-lopus'], { stdio: 'pipe' });
    } catch (cause) {
      const needs = 'apt-get install gcc libc6-dev libopus-dev';
      throw new Error(`This test needs a C compiler: ${needs}. ${(cause as Error).message}`, { cause });
    }
  });
  const inC = (args: readonly number[] = [], input?: Int16Array) =>
    JSON.parse(execFileSync(program, args.map(String), { input, maxBuffer: 2 ** 24, encoding: 'utf8' }));

  it('has the constants of its header, and the sizes of its states', () => {
    const { encoderSize, decoderSize } = loadLibopus();
    expect({ request, applications, encoderSize, decoderSize }).toEqual(inC());
  });

  it.each<Partial<OpusSettings>>([
    {},
    { frameMs: 10, application: 'lowdelay', bitrate: 64_000, fec: false },
    { application: 'audio', complexity: 10, bitrate: 510_000 },
    { complexity: 0, bitrate: 6_000, expectedLoss: 100 },
  ])('makes the same packets, and the same sound of them with some lost, at %j', async (changed) => {
    const settings = { ...defaultOpusSettings, ...changed };
    const { application, bitrate, complexity, fec, expectedLoss, frameMs } = settings;
    const samples = frameLength(settings);
    const spoken = voice(1);
    const args = [applications[application], bitrate, complexity, fec ? 1 : 0, expectedLoss, samples];
    const expected: { packets: string[]; sound: string } = inC(args, spoken);

    const binding = openLibopus();
    const encoder = await binding.createEncoder(settings);
    const packets = Array.from({ length: 1_000 / frameMs }, (_, n) =>
      encoder.encode(spoken.subarray(n * samples, (n + 1) * samples)),
    );
    expect(packets.map((packet) => Buffer.from(packet).toString('hex'))).toEqual(expected.packets);

    const decoder = await binding.createDecoder();
    const heard = packets.slice(0, -1).map((packet, n) => {
      if (n % 10 === 9) return decoder.recover(packets[n + 1]!, frameMs);
      return n % 10 === 4 ? decoder.conceal(frameMs) : decoder.decode(packet);
    });
    const sound = concatenate(heard.filter((one) => one !== undefined));
    expect(Buffer.from(sound.buffer).toString('hex') === expected.sound).toBe(true);
  });
});

describe('libopus where something is wrong', () => {
  const broken = (part: Partial<Libopus>) => openLibopus(() => ({ ...loadLibopus(), ...part }));

  it('is told from what is missing, and how to get it', () => {
    expect(() => loadLibopus('libopus-of-another-machine.so.0')).toThrow(
      expect.objectContaining({
        code: 'ALLO_E_AUDIO_OPUS',
        message: expect.stringMatching(
          /^libopus-of-another-machine\S+ cannot be loaded \(apt-get install libopus0\): \S/,
        ),
      }),
    );
  });

  it('fails in its own words', async () => {
    const refused = { code: 'ALLO_E_AUDIO_LIBOPUS', message: expect.stringContaining('internal error') };
    await expect(broken({ initEncoder: () => -3 }).createEncoder(defaultOpusSettings)).rejects.toMatchObject(
      refused,
    );
    await expect(broken({ setEncoder: () => -3 }).createEncoder(defaultOpusSettings)).rejects.toMatchObject(
      refused,
    );
    await expect(broken({ initDecoder: () => -3 }).createDecoder()).rejects.toMatchObject(refused);
    const encoder = await broken({ encode: () => -3 }).createEncoder(defaultOpusSettings);
    expect(() => encoder.encode(new Int16Array(960))).toThrow(expect.objectContaining(refused));
  });

  it('refuses in code what it knows no request or application for', () => {
    const libopus = loadLibopus();
    const state = new Uint8Array(libopus.encoderSize);
    expect(libopus.errorText(libopus.initEncoder(state, 48_000, 1, 1))).toBe('invalid argument');
    expect(libopus.initEncoder(state, 48_000, 1, applications.voip)).toBe(0);
    expect(libopus.errorText(libopus.setEncoder(state, request.complexity, 11))).toBe('invalid argument');
  });
});

it('keeps streams apart, whose sound and packets stay what they were', async () => {
  const binding = openLibopus();
  const [one, other] = await Promise.all([0, 1].map(() => binding.createEncoder(defaultOpusSettings)));
  const spoken = voice(1);
  const first = one!.encode(spoken.subarray(9_600, 10_560));
  const kept = first.slice();
  other!.encode(spoken.subarray(19_200, 20_160));
  expect(first).toEqual(kept);
  const [here, there] = await Promise.all([0, 1].map(() => binding.createDecoder()));
  const sound = here!.decode(first)!;
  const heard = sound.slice();
  there!.conceal(120);
  expect(sound).toEqual(heard);
});
