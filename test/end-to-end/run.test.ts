import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemTime } from '../../agent/time/system-time.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { judged } from '../support/judged.ts';
import { timed } from '../support/lateness.ts';
import { recordedTone } from '../support/recorded-tone.ts';
import { expectStopped, isCutShort } from '../support/stopped.ts';
import { levelOf } from '../support/virtual-microphone.ts';
import { applianceName, Bench, propertyKeys, tone } from './bench.ts';
import { Witness } from './witness.ts';

/*
 * The appliance as it is installed, over UDP: what a newcomer does with it, and what befalls it then. Everything runs
 * in a process of its own. The tests are one story and build on each other.
 */

interface ToldReading {
  readonly property: string;
  readonly value: unknown;
  readonly time: number;
  readonly quality: string;
  readonly seq: number;
  readonly missed: number;
}

let bench: Bench;
let place: CliProcess;
let daemon: CliProcess;
let witness: Witness;
/** `visit observe` of the serial device, from the first test to the last. */
let observer: CliProcess;

beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await witness?.leave();
  await bench?.close();
});

const figure = (text: string) => console.log(`    ${text}`);

async function seconds(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return (performance.now() - began) / 1e3;
}

const hasEnded = ({ child }: CliProcess) => child.exitCode !== null || child.signalCode !== null;

/** Resolves once the process, where there is one, is killed. */
async function ended(cli: CliProcess | undefined): Promise<void> {
  cli?.signal('SIGKILL');
  await cli?.ended;
}

/** What the observer has printed since `from`, a length of its output. */
function readings(from = 0): ToldReading[] {
  const lines = observer.stdout.slice(from).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ToldReading);
}

/** Waits for a reading of the serial device of this quality that is told from now on. */
function told(quality: string): Promise<ToldReading> {
  const from = observer.stdout.length;
  const look = () => readings(from).find((reading) => reading.quality === quality);
  return observer.untilOutput(look, `a ${quality} reading`);
}

/** What is logged from now on. */
function logged(pattern: RegExp): Promise<true> {
  const from = daemon.stdout.length;
  return daemon.untilOutput((log) => pattern.test(log.slice(from)) || undefined, String(pattern));
}

/** Listens to the appliance, recording to `file`, until `seconds` of the tone were heard, as loud as it is played. */
async function expectTone(file: string, seconds: number): Promise<void> {
  const listener = bench.startVisit('listen', applianceName, '--out', file, '--json');
  const heard = await recordedTone(file, tone.hz, seconds);
  expect(Math.abs(levelOf(heard) - tone.dbfs)).toBeLessThan(1.5);
  listener.signal('SIGINT');
  const { status, stdout } = await listener.ended;
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ broken: 0 });
}

describe('the appliance, as installed', () => {
  it('is found ready by check', async () => {
    const { status, stdout } = await bench.run('check', '--config', bench.configFile);
    expect(stdout).toContain('Ready to run.');
    expect(status).toBe(0);
  });

  it('does not start with a configuration that is wrong, and tells all that is', async () => {
    const file = join(bench.folder, 'wrong.yaml');
    const wrong = readFileSync(bench.configFile, 'utf8')
      .replace('alloplace:', 'http:')
      .replace('direction: out', 'direction: sideways')
      .replace('format: json', 'fromat: json');
    writeFileSync(file, wrong);
    const { status, stdout, stderr } = await bench.run('run', '--config', file);
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    for (const part of ['place.url', 'direction', 'format', 'fromat']) expect(stderr).toContain(part);
    expect(stderr).toContain(`${file}:`);
  });

  it('waits for a place that is not there yet, and joins when it is', async () => {
    const wait = async () => {
      await Promise.all([witness?.leave(), ended(daemon), ended(place)]);
      daemon = bench.startDaemon();
      await daemon.until(/"msg":"ready"/);
      place = await bench.startPlace();
      witness = new Witness(bench.url);
      return seconds(witness.until(() => witness.seesWholeAppliance));
    };
    await judged(3, wait, (took, late) => {
      figure(`place opened after the daemon: all there after ${took.toFixed(1)} s`);
      expect(took).toBeLessThan(5 + late / 1e3);
    });
    expect(daemon.stdout).toContain('"msg":"joined"');
    expect(place.stdout).toContain(`${applianceName} joined from 127.0.0.1`);
  });

  it('tells its readings, each once and in order, with the time of the place', async () => {
    observer = bench.startVisit('observe', 'soil.moisture', '--json');
    const enough = () => (readings().length >= 20 ? readings() : undefined);
    const { value: all, late } = await timed(() => observer.untilOutput(enough, '20 readings'));
    const first = all[0]!;
    expect(all.map(({ seq }) => seq - first.seq)).toEqual(all.map((_, index) => index));
    expect(all.map(({ value }) => value)).toEqual(all.map((_, index) => (Number(first.value) + index) % 100));
    expect(all.every(({ quality, missed }) => quality === 'good' && missed === 0)).toBe(true);
    for (const [index, { time }] of all.entries())
      if (index > 0) expect(time).toBeGreaterThan(all[index - 1]!.time);
    const age = witness.session.clock.placeTime(systemTime.now())! - all.at(-1)!.time;
    expect(Math.abs(age)).toBeLessThan(2 + late / 1e3);
  });

  it('switches its output when told to, and says so to all', async () => {
    expect(await bench.visit('write', 'lamp.on', 'on')).toMatchObject({ value: true, quality: 'good' });
    expect(await bench.visit('read', 'lamp')).toMatchObject({ value: true, quality: 'good' });
    await witness.until(() => witness.property('lamp.on')?.value === true);
    const poke = bench.startVisit('poke', 'lamp.on');
    expect((await poke.ended).status).toBe(0);
    await witness.until(() => witness.property('lamp.on')?.value === false);
  });

  it('describes what it offers', async () => {
    const described = await bench.visit('describe', applianceName);
    const [{ things }] = described as [{ things: { id: string; properties: object }[] }];
    const keys = things.flatMap(({ id, properties }) =>
      Object.keys(properties).map((name) => `${id.replace('urn:allo-agent:', '')}.${name}`),
    );
    expect(keys.sort()).toEqual(propertyKeys);
  });

  it('is heard: five seconds of its track hold the tone that is played', async () => {
    const file = join(bench.folder, 'heard.wav');
    await expectTone(file, 5);
  });

  it('tells that its serial device was unplugged, and reads it again when it is back', async () => {
    const lost = told('fault');
    await bench.serial.unplug();
    await lost;
    const back = told('good');
    await bench.serial.plug();
    figure(`serial device plugged in again: read after ${(await seconds(back)).toFixed(1)} s`);
  });

  it('lives on without its microphone, which is heard again when it is back', async () => {
    const lost = logged(/"thing":"microphone".*"msg":"fault"/);
    await bench.microphone.unplug();
    await lost;
    await witness.until(() => witness.property('microphone.level')?.quality === 'fault');
    expect(await bench.visit('write', 'lamp', 'on')).toMatchObject({ value: true });
    await told('good');

    await bench.microphone.plugIn();
    bench.playTone();
    const pluggedIn = systemTime.now();
    const sounding = () => [...witness.heard.values()].some((at) => at > pluggedIn);
    figure(
      `microphone plugged in again: heard after ${(await seconds(witness.until(sounding))).toFixed(1)} s`,
    );
    await witness.until(() => witness.property('microphone.level')?.quality === 'good');
  });

  it.each([0.3, 8])('has everything back within 5 s of a place that was gone for %d s', async (away) => {
    const lose = async () => {
      await Promise.all([witness.leave(), ended(place)]);
      await delay(away * 1e3);
      place = await bench.startPlace();
      const opened = systemTime.now();
      const observed = told('good').then(() => (systemTime.now() - opened) / 1e3);
      witness = new Witness(bench.url);
      const took = await seconds(witness.until(() => witness.seesWholeAppliance));
      figure(`place gone for ${away} s: all back ${took.toFixed(1)} s after its return`);
      figure(`the observer, who lost the place too, is told again after ${(await observed).toFixed(1)} s`);
      return took;
    };
    await judged(3, lose, (took, late) => expect(took).toBeLessThan(5 + late / 1e3));
    expect(witness.property('lamp.on')?.value).toBe(true);

    const file = join(bench.folder, `heard-after-${away}.wav`);
    await expectTone(file, 1);
  });

  it('leaves at SIGTERM within 2 s, and nothing of it stays in the place', async () => {
    const leave = async () => {
      if (hasEnded(daemon)) {
        daemon = bench.startDaemon();
        await witness.until(() => witness.seesWholeAppliance);
      }
      const left = seconds(witness.until(() => !witness.seesAnything));
      daemon.signal('SIGTERM');
      const took = { ended: await seconds(daemon.ended), left: await left };
      figure(
        `SIGTERM: out of the place after ${took.left.toFixed(2)} s, ended after ${took.ended.toFixed(2)} s`,
      );
      return { took, end: await daemon.ended };
    };
    await judged(3, leave, ({ took, end }, late) => {
      expectStopped(end);
      if (isCutShort(end)) expect(late).toBeGreaterThan(1_000);
      expect(took.ended).toBeLessThan(2 + late / 1e3);
      expect(took.left).toBeLessThan(1 + late / 1e3);
    });
    await place.until(new RegExp(`${applianceName} left`));
  });
});
