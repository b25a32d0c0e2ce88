/** Boots the image under QEMU and uses it as a person would. Run by scripts/test-image. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { root } from '../support/source-files.ts';
import { Bench, type Booted } from './bench.ts';
import { type Options, parseOptions } from './options.ts';
import { Recorder } from './recorder.ts';
import { renderTable } from './report.ts';
import { run } from './shell.ts';
import { hearTone } from './steps/audio.ts';
import { bootAndJoin, look, noteVersions, switchOffAndRead } from './steps/boot.ts';
import { driveDoor, switchLamp } from './steps/gpio.ts';
import { cutPower } from './steps/power.ts';
import { watchUsage } from './steps/resources.ts';
import { hangSystem, stopDaemon } from './steps/watchdog.ts';

const began = Date.now();
const say = (line: string) => {
  const seconds = Math.round((Date.now() - began) / 1000);
  console.error(
    `[${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}] ${line}`,
  );
};

/** All that is done with one card in the `virt` machine. */
async function virtualBoard(bench: Bench, { steps }: Options): Promise<void> {
  const wanted = (step: Options['steps'][number]) => steps.includes(step);
  let booted: Booted | undefined;
  if (wanted('boot')) booted = await bootAndJoin(bench, 'virt', 'joins');
  else booted = await bench.boot('virt', await bench.flash('virt'), { reboots: true });
  if (!booted) return;
  await noteVersions(bench, booted);
  if (wanted('boot')) await look(bench, booted);
  if (wanted('write')) await switchLamp(bench, booted, 'virt', 'write');
  if (wanted('edge')) await driveDoor(bench, booted);
  if (wanted('audio')) await hearTone(bench, booted);
  if (wanted('watchdog')) {
    await stopDaemon(bench, booted);
    booted = await hangSystem(bench, booted);
  }
  if (wanted('resources')) await watchUsage(bench, booted);
  if (wanted('boot')) await switchOffAndRead(bench, booted);
  else await bench.switchOff(booted);
}

async function piBoard(bench: Bench): Promise<void> {
  const booted = await bootAndJoin(bench, 'raspi3b', 'boardJoins');
  if (!booted) return;
  await switchLamp(bench, booted, 'raspi3b', 'boardWrite');
  await bench.switchOff(booted);
}

function newestImage(): string {
  const images = filesIn(join(root, 'build'), /^allo-agent-.*-arm64\.img$/);
  const [newest] = images.toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  if (newest === undefined) throw new Error('there is no image in build/: make one with scripts/build-image');
  return newest;
}

function filesIn(folder: string, pattern: RegExp): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .map((name) => join(folder, name))
    : [];
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

async function noteBench(recorder: Recorder, image: string, hash: string): Promise<void> {
  recorder.fact('image', `${basename(image)}, SHA-256 ${hash}`);
  const [version] = (await run('qemu-system-aarch64', ['--version'])).split('\n');
  recorder.fact('emulated by', version ?? '');
  const system = await run('sh', ['-c', '. /etc/os-release; echo "$PRETTY_NAME, $(uname -m)"']);
  const load = loadavg()[0]!.toFixed(1);
  recorder.fact('on', `${system.trim()}, ${cpus().length} cores, load ${load} before the last run`);
}

async function main(options: Options): Promise<number> {
  const image = options.image ?? newestImage();
  const folder = join(root, 'build/image-test');
  mkdirSync(folder, { recursive: true });
  say(`the image is ${image}`);
  const hash = await sha256(image);
  const recorder = new Recorder(hash, join(folder, 'findings.json'), join(root, 'docs/image-test.md'), say);
  await noteBench(recorder, image, hash);
  for (const step of options.steps) recorder.begin(step);
  const bench = await Bench.open({ options, image, folder, recorder, say });
  const interrupt = () => void bench.close().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    if (options.steps.some((step) => step !== 'power' && step !== 'board'))
      await virtualBoard(bench, options);
    if (options.steps.includes('power')) await cutPower(bench);
    if (options.steps.includes('board')) await piBoard(bench);
  } finally {
    await bench.close();
    if (!options.keep) for (const left of filesIn(folder, /\.(?:img|qcow2)$/)) rmSync(left);
    console.log(`\n${renderTable(recorder)}\n`);
  }
  return recorder.failures > 0 ? 1 : 0;
}

let options: Options | undefined;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\nscripts/test-image --help says how it is used`);
  process.exitCode = 2;
}
if (options) {
  process.exitCode = await main(options).catch((error: Error) => {
    say(`ended: ${error.message}`);
    return 1;
  });
}
