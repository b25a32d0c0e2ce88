import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import { alsaCapture } from '../../devices/microphone/alsa-capture.ts';
import { AlsaSource } from '../../devices/microphone/alsa-source.ts';
import { arecord } from '../../devices/microphone/arecord.ts';
import { microphoneDriver } from '../../devices/microphone/driver.ts';
import { samplesPerMs } from '../../devices/sound/pcm.ts';
import type { SoundBackend } from '../../devices/sound/sound-backend.ts';
import { childPids, childrenOf, isRunning } from '../support/child-processes.ts';
import { judged } from '../support/judged.ts';
import { mainScript } from '../support/program.ts';
import { soundingTone } from '../support/sounding-tone.ts';
import {
  FifoMicrophone,
  fingerprint,
  levelOf,
  PulseMicrophone,
  writeAlsaConfig,
} from '../support/virtual-microphone.ts';
import { SourceRecorder } from './source-recorder.ts';

const built = dirname(dirname(mainScript));
const hosted = alsaCapture(join(built, 'devices/microphone/alsa-capture-host.js'));
const hostedInstalled = await hosted.installed();

/**
 * Plays half a second, something else each time, until all of it was heard: sound that a machine too busy to run us for
 * 200 ms has not taken is thrown away, as it should be, but not each time, and no more than for as long as it was busy.
 */
async function hearsEverySample(
  recorder: SourceRecorder,
  play: (samples: Int16Array) => Promise<void>,
): Promise<void> {
  let seed = 0;
  const hear = async () => {
    const played = fingerprint(24_000, ++seed);
    const before = recorder.source.counters;
    const begin = recorder.sound.length;
    await play(played);
    await recorder.next(300);
    const { dropped, overruns } = recorder.source.counters;
    const lost = dropped - before.dropped + overruns - before.overruns;
    return { played, heard: recorder.sound.subarray(begin), lost };
  };
  await judged(12, hear, ({ played, heard, lost }, late) => {
    if (late > 0) return expect(missingIn(heard, played)).toBeLessThanOrEqual(late * samplesPerMs);
    expectToContain(heard, played);
    expect(lost).toBe(0);
  });
}

/** Not paced by a clock; of two channels and no others; nothing at all. */
const oddPcms = `
pcm.flood { type file; slave.pcm { type null }; file /dev/null; infile /dev/zero; format raw }
pcm.stereo {
  type multi
  slaves.a { pcm null channels 2 }
  bindings { 0 { slave a channel 0 } 1 { slave a channel 1 } }
}`;

describe.each([arecord, hosted])('capturing with $name', (backend) => {
  describe.skipIf(backend === hosted && !hostedInstalled)(
    '(skipped where the optional package is not installed)',
    () => {
      describe('from a sound server', () => {
        let microphone: PulseMicrophone;
        beforeAll(async () => {
          microphone = await PulseMicrophone.start();
          vi.stubEnv('ALSA_CONFIG_PATH', microphone.env.ALSA_CONFIG_PATH);
        });
        afterAll(() => microphone?.stop());

        // Where alsa-capture was given 47,999 Hz the server resamples; the FIFO below shows that it loses nothing.
        it.skipIf(backend === hosted)('hears every sample as it was played', async () => {
          const heard = record(backend, microphone.device);
          await heard.next(100);
          await hearsEverySample(heard, (samples) => microphone.play(samples));
          expect(heard.source.counters.opened).toBe(1);
        });

        it('hears a tone in its pitch and its loudness, in frames of 10 ms', async () => {
          const heard = record(backend, microphone.device, 10);
          const silence = microphone.playTone(440, -20);
          const tone = await soundingTone(() => heard.sound, 440, 0.4);
          silence();
          expect(heard.frames.every(({ samples }) => samples.length === 480)).toBe(true);
          expect(levelOf(tone)).toBeGreaterThan(-22);
          expect(levelOf(tone)).toBeLessThan(-19);
        });

        it('tells when the device goes, and hears it again when it is back', async () => {
          const heard = record(backend, microphone.device);
          await heard.next(100);
          await microphone.unplug();
          const gone = await heard.nextFault();
          expect(gone.code).toMatch(/ALLO_E_MICROPHONE_(LOST|MISSING|STALLED)/);
          await heard.until(() => heard.faults.at(-1)?.code === 'ALLO_E_MICROPHONE_MISSING');
          await microphone.plugIn();
          await heard.next(100);
          expect(heard.recoveries).toBeGreaterThan(0);
        });
      });

      describe('from a FIFO', () => {
        let microphone: FifoMicrophone;
        beforeAll(async () => {
          microphone = await FifoMicrophone.start();
          vi.stubEnv('ALSA_CONFIG_PATH', microphone.env.ALSA_CONFIG_PATH);
        });
        afterAll(() => microphone?.stop());

        it('hears every sample as it was played', async () => {
          const heard = record(backend, microphone.device);
          await heard.next(100);
          await hearsEverySample(heard, (samples) => microphone.play(samples));
        });

        it('tells when the device hangs, and hears it again when it is back', async () => {
          const heard = record(backend, microphone.device);
          await heard.next(100);
          const { recoveries } = heard;
          microphone.pause();
          expect((await heard.nextFault()).code).toBe('ALLO_E_MICROPHONE_STALLED');
          microphone.resume();
          await heard.next(100);
          expect(heard.recoveries).toBe(recoveries + 1);
        });

        it('closes the device when it is stopped', async () => {
          const heard = record(backend, microphone.device);
          await heard.next(40);
          expect(await childrenOf(process.pid)).toContain(processName(backend));
          await heard.source.stop();
          expect(await childrenOf(process.pid)).not.toContain(processName(backend));
        });
      });

      describe('from what is no microphone', () => {
        let microphone: FifoMicrophone;
        beforeAll(async () => {
          microphone = await FifoMicrophone.start();
          const directory = dirname(microphone.env.ALSA_CONFIG_PATH);
          const { ALSA_CONFIG_PATH } = await writeAlsaConfig(directory, oddPcms);
          vi.stubEnv('ALSA_CONFIG_PATH', ALSA_CONFIG_PATH);
        });
        afterAll(() => microphone?.stop());

        it('says that there is no such PCM, and what there is', async () => {
          const { code, reason } = await record(backend, 'plughw:CARD=Nowhere').nextFault();
          expect(code).toBe('ALLO_E_MICROPHONE_MISSING');
          expect(reason).toMatch(
            /^plughw:CARD=Nowhere cannot be opened \(No such (device|file or directory)\); th/,
          );
        });

        it('says that a PCM has no mono', async () => {
          const { code, reason } = await record(backend, 'stereo').nextFault();
          // alsa-capture writes past its buffer there: mostly it crashes, else it gives no sound for ever.
          if (backend === hosted && code === 'ALLO_E_MICROPHONE_STALLED')
            return expect(reason).toBe('stereo: gave no sound since it was opened');
          expect(code).toBe('ALLO_E_MICROPHONE_FORMAT');
          expect(reason).toContain('stereo does not give 48 kHz mono');
        });

        it.each(['flood', 'null'])('refuses the unpaced PCM %s, with flat memory', async (device) => {
          const before = process.memoryUsage().rss;
          const hear = async () => {
            const heard = record(backend, device);
            const { code } = await heard.nextFault();
            await heard.source.stop();
            return { code, ms: heard.sound.length / samplesPerMs };
          };
          // A machine that runs it now and then slows even a flood down to where it may be what was in a buffer.
          await judged(3, hear, ({ code, ms }, late) => {
            expect(code).toBe('ALLO_E_MICROPHONE_FLOOD');
            expect(ms).toBeLessThanOrEqual(late > 0 ? 1_500 + 2 * late : 0);
          });
          expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
        });
      });
    },
  );
});

describe('a daemon that is killed', () => {
  it.each(hostedInstalled ? ['arecord', 'alsa-capture'] : ['arecord'])(
    'leaves no %s behind',
    async (backend) => {
      const microphone = await FifoMicrophone.start();
      const script = `
      import { microphoneDriver } from '${join(built, 'devices/microphone/driver.js')}';
      import { systemTime } from '${join(built, 'agent/time/system-time.js')}';
      const config = microphoneDriver.schema.parse({ device: '${microphone.device}', backend: '${backend}' });
      const microphone = microphoneDriver.create(config, systemTime);
      microphone.frames(() => console.log('frame'));
      microphone.start({ reading() {}, fault: console.log, recovered() {} });`;
      const daemon = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...microphone.env },
      });
      await new Promise((resolve) => daemon.stdout.once('data', resolve));
      const [child] = await childPids(daemon.pid ?? 0);
      expect(child).toBeGreaterThan(0);
      daemon.kill('SIGKILL');
      await expect.poll(() => isRunning(child ?? 0)).toBe(false);
      await microphone.stop();
    },
  );
});

describe('the microphone driver', () => {
  it('probes a PCM by capturing for a moment', async () => {
    const microphone = await FifoMicrophone.start();
    vi.stubEnv('ALSA_CONFIG_PATH', microphone.env.ALSA_CONFIG_PATH);
    const works = await microphoneDriver.probe(microphoneDriver.schema.parse({ device: microphone.device }));
    expect(works).toEqual({ ok: true, detail: 'virtual_microphone gives 48 kHz mono' });
    const missing = await microphoneDriver.probe(microphoneDriver.schema.parse({ device: 'nowhere' }));
    expect(missing).toMatchObject({ ok: false, detail: expect.stringMatching(/^nowhere cannot be opened/) });
    const flood = await microphoneDriver.probe(microphoneDriver.schema.parse({ device: 'null' }));
    expect(flood).toMatchObject({ ok: false, detail: expect.stringContaining('faster than any clock') });
    await microphone.stop();
  });

  it('discovers the PCMs that ALSA is configured with', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'alsa-'));
    const kitchen = 'pcm.kitchen { type null hint { show on description "Kitchen microphone" } }';
    vi.stubEnv('ALSA_CONFIG_PATH', (await writeAlsaConfig(directory, kitchen)).ALSA_CONFIG_PATH);
    const found = await microphoneDriver.discover();
    expect(found).toContainEqual({
      kind: 'capture PCM',
      name: 'kitchen',
      detail: 'Kitchen microphone',
      config: 'device: "kitchen"',
    });
    expect(found.map(({ name }) => name)).not.toContain('null');
    await rm(directory, { recursive: true });
  });
});

function record(backend: SoundBackend, device: string, frameMs = 20): SourceRecorder {
  return new SourceRecorder(new AlsaSource({ device, frameMs, backends: [backend] }, systemTime));
}

/** Fails unless `played` is in `heard`, whole and unshifted. */
function expectToContain(heard: Int16Array, played: Int16Array): void {
  const begin = heard.findIndex((sample, n) => sample === played[0] && heard[n + 1] === played[1]);
  expect(begin).toBeGreaterThanOrEqual(0);
  const part = heard.subarray(begin, begin + played.length);
  expect(part.findIndex((sample, n) => sample !== played[n])).toBe(-1);
  expect(part.length).toBe(played.length);
}

/** How many samples of `played` are not in `heard`, where the rest follows in its order; to 2 ms. */
function missingIn(heard: Int16Array, played: Int16Array): number {
  const part = 2 * samplesPerMs;
  let [missing, from] = [0, 0];
  for (let begin = 0; begin < played.length; begin += part) {
    const wanted = played.subarray(begin, begin + part);
    const at = heard.findIndex((_, n) => n >= from && wanted.every((sample, m) => heard[n + m] === sample));
    if (at < 0) missing += wanted.length;
    else from = at + wanted.length;
  }
  return missing;
}

const processName = (backend: SoundBackend) => (backend === arecord ? 'arecord' : 'node');
