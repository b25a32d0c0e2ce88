import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sampleRate } from '../../devices/sound/pcm.ts';
import { type CliProcess, startCli } from '../support/cli-process.ts';
import { freePort } from '../support/free-port.ts';
import { judged } from '../support/judged.ts';
import { levelOf, PulseMicrophone } from '../support/virtual-microphone.ts';
import { PulseSpeaker } from '../support/virtual-speaker.ts';
import { visited } from '../support/visited.ts';

/*
 * Two appliances beside each other in a place, as they are installed: what is said into the microphone of one comes
 * out of the speaker of the other. The tests are one story and build on each other.
 */

const tone = { hz: 440, dbfs: -20 };
/** Metres between the two, and within which is heard; what panels add to their height is little. */
const [apart, within] = [4, 5];
/** dB */
const farther = 20 * Math.log10(1 / (1 + apart / within));

let folder: string;
let url: string;
let microphone: PulseMicrophone;
let speaker: PulseSpeaker;
let listener: CliProcess;
const running: CliProcess[] = [];

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const cli = startCli(args, env);
  running.push(cli);
  return cli;
};

async function startDaemon(name: string, x: number, config: string, env: NodeJS.ProcessEnv) {
  const file = join(folder, `${name}.yaml`);
  const who = `place: { url: "${url}" }\ndisplay_name: ${name}\navatar: { position: [${x}, 1.2, 0] }\n`;
  await writeFile(file, who + config);
  const daemon = start(['run', '--config', file], env);
  await daemon.until(/"msg":"joined"/);
  return daemon;
}

async function visit(...args: string[]): Promise<unknown> {
  const { status, stdout, stderr } = await visited(start, url, [...args, '--json']);
  if (status !== 0) throw new Error(`visit ${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Speaks into the microphone until the test ends or the returned function is called. */
function speak(): () => void {
  const silence = microphone.playTone(tone.hz, tone.dbfs);
  onTestFinished(silence);
  return silence;
}

const isSound = (sample: number) => Math.abs(sample) > 300;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allo-agent-intercom-'));
  const port = await freePort();
  url = `alloplace://127.0.0.1:${port}`;
  [microphone, speaker] = await Promise.all([PulseMicrophone.start(), PulseSpeaker.start()]);
  // A kind of place where each track has to be subscribed to.
  const place = start(['place', '--listen', `127.0.0.1:${port}`, '--dialect', 'v3']);
  await place.until(/is open at/);
  const hears = `microphone: { backend: arecord, device: ${microphone.device} }\n`;
  const plays = `speaker: { device: ${speaker.device}, within: ${within}, volume: 100 }\n`;
  await startDaemon('Door', 0, hears, microphone.env);
  listener = await startDaemon('Kitchen', apart, plays, speaker.env);
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await Promise.all([microphone?.stop(), speaker?.stop()]);
  if (folder) await rm(folder, { recursive: true });
});

describe('an intercom of two appliances', () => {
  it('says in one room what is said in the other, in its pitch and as loud as the distance lets it', async () => {
    speak();
    const heard = await speaker.nextTone(tone.hz, 2);
    expect(Math.abs(levelOf(heard) - (tone.dbfs + farther))).toBeLessThan(1.5);
    expect(await visit('read', 'speaker.playing')).toMatchObject({ value: 1 });
  });

  it('is quick enough to talk', async () => {
    const delay = async () => {
      await speaker.until((heard) => heard.length > 0 && !heard.subarray(-0.5 * sampleRate).some(isSound));
      speaker.forget();
      const begin = performance.now();
      const silence = speak();
      await speaker.until((heard) => heard.some(isSound));
      silence();
      return performance.now() - begin;
    };
    await judged(8, delay, (ms, late) => {
      console.log(`    heard ${ms.toFixed(0)} ms after its player was started`);
      expect(ms).toBeLessThan(1000 + late);
    });
  });

  it('falls silent when it is muted, and speaks again after', async () => {
    speak();
    await speaker.nextTone(tone.hz, 0.5);
    await visit('invoke', 'speaker.mute');
    await speaker.until((heard) => !heard.subarray(-0.5 * sampleRate).some(isSound));
    expect(await visit('write', 'speaker.muted', 'false')).toMatchObject({ value: false });
    await speaker.nextTone(tone.hz, 0.5);
  });

  it('tells that its speaker was unplugged, and plays again when it is back', async () => {
    speak();
    await speaker.nextTone(tone.hz, 0.5);
    await speaker.unplug();
    await listener.until(/"thing":"speaker".*"ALLO_E_SPEAKER_.*"msg":"fault"/);
    await speaker.plugIn();
    await speaker.nextTone(tone.hz, 0.5);
    await listener.until(/"thing":"speaker".*"msg":"recovered"/);
  });
});
