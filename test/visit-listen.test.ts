import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openOpus } from '../agent/audio/open-opus.ts';
import { defaultOpusSettings } from '../agent/audio/opus.ts';
import type { Dial } from '../agent/connection/connection.ts';
import { dialects } from '../agent/wire/dialect.ts';
import { VisitStage } from './support/visit-stage.ts';

let stage: VisitStage;

beforeEach(async () => {
  stage = await VisitStage.open();
});
afterEach(() => stage.close());

describe('visit listen', () => {
  it('records a track, pauses included, as a WAV file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'visit-listen-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { binding } = await openOpus('wasm');
    const encoder = await binding.createEncoder(defaultOpusSettings);
    const speaker = stage.sessions[0]!.tracks.outgoing('avatar');
    await stage.time.advance(500);

    const out = join(folder, 'heard.wav');
    const { lines, done } = stage.start('listen', 'Greenhouse', '--out', out, '--for', '2', '--json');
    await stage.visitorToJoin();
    await stage.time.advance(500);
    for (let frame = 0; frame < 120; frame++) {
      const tone = Int16Array.from({ length: 960 }, (_, i) =>
        Math.round(8_000 * Math.sin((2 * Math.PI * 440 * (frame * 960 + i)) / 48_000)),
      );
      const packet = encoder.encode(tone);
      if (frame < 25 || frame >= 75) speaker.send(packet);
      await stage.time.advance(20);
    }
    await stage.settled(done);
    encoder.close();
    const { seconds, packets, dbfs, ...rest } = JSON.parse(lines[0]!) as Record<string, number>;
    // A pause cannot be told from a loss at first.
    expect(rest).toEqual({ track: 1, file: out, broken: 0, concealed: 0.08, full: false });
    expect(seconds).toBeCloseTo(2, 1);
    expect(packets).toBeGreaterThan(45);
    expect(dbfs).toBeGreaterThan(-20);
    expect((await readFile(out)).length).toBe(44 + Math.round(seconds! * 48_000) * 2);
  });

  it('waits where too much else was to be sent for the track to be asked for', async () => {
    await stage.close();
    stage = await VisitStage.open(dialects.v3);
    stage.sessions[0]!.tracks.outgoing('avatar');
    await stage.time.advance(1_000);
    const { dial } = stage.network;
    let refused = 0;
    const congested: Dial = async (...call) => {
      const end = await dial(...call);
      const send = end.send.bind(end);
      end.send = (channel, data, reliable) => {
        if (refused === 3 || !new TextDecoder().decode(data).includes('"subscribe"'))
          return send(channel, data, reliable);
        refused++;
        return false;
      };
      return end;
    };
    Object.assign(stage.network, { dial: congested });
    const out = join(tmpdir(), `visit-congested-${process.pid}.wav`);
    onTestFinished(() => rm(out));
    const { lines, done } = stage.start('listen', 'Greenhouse', '--out', out, '--for', '1');
    await stage.visitorToJoin();
    await stage.time.advance(2_500);
    for (let n = 0; n < 100; n++) {
      stage.sessions[0]!.tracks.outgoing('avatar').send(new Uint8Array([0xf8, 0xff, 0xfe, 0, 0, 0]));
      await stage.time.advance(20);
    }
    await stage.settled(done);
    expect(refused).toBe(3);
    expect(lines).toEqual([expect.stringMatching(/^1\.0 s of track/)]);
  });

  it('fails where nothing is heard', async () => {
    stage.sessions[0]!.tracks.outgoing('avatar');
    await stage.time.advance(500);
    const out = join(tmpdir(), `visit-silent-${process.pid}.wav`);
    onTestFinished(() => rm(out));
    const { done } = stage.start('listen', '1', '--out', out, '--timeout', '1');
    await stage.visitorToJoin();
    await expect(stage.settled(done)).rejects.toMatchObject({
      code: 'ALLO_E_VISIT_SILENT',
      message: 'nothing was heard of track 1',
    });
  });

  it.each([
    ['in a folder that is not there', '/no/such/folder/heard.wav', 'no such file or directory'],
    ['on a disk that is full', '/dev/full', 'no space left on device'],
  ])('fails where its file would be %s', async (_where, out, reason) => {
    stage.sessions[0]!.tracks.outgoing('avatar');
    await stage.time.advance(500);
    const { done } = stage.start('listen', '1', '--out', out, '--for', '1');
    let problem: unknown;
    done.catch((error: unknown) => {
      problem = error;
    });
    const outcome = () => stage.time.advance(10).then(() => problem);
    await expect
      .poll(outcome, { interval: 1 })
      .toMatchObject({ code: 'ALLO_E_VISIT_FILE', message: expect.stringContaining(reason) });
  });
});
